import { isAlias, isMap, isPair, isScalar, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import type { JsonValue } from '../../platform/runs/run-kind.ts';
import { type ManifestFault, manifestInvalid, pathText } from './manifest-fault.ts';
import { findExcess } from './yaml-limits.ts';

/** A YAML document as plain JSON, with a way from each path back to its place in the text. */
export interface YamlDocument {
  readonly value: JsonValue;
  /** A fault at this path; at the key when `at` says so, else at the value, else at the nearest thing around it. */
  fault(path: readonly PropertyKey[], message: string, at?: 'key' | 'value'): ManifestFault;
}

const mostDocuments = 200;
/** What aliases may grow a document to, as JSON. */
const largestValue = 4 * 1024 * 1024;
const tooLarge = 'its aliases make it larger than 4 MiB';
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

type Document = ReturnType<typeof parseAllDocuments>[number];

function faultAt(lines: LineCounter, offset: number, path: string, message: string): ManifestFault {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col), path, message };
}

/** Keys that are no text or that JavaScript gives a meaning, and numbers that JSON has no word for. */
function findStrangeNodes(document: Document, lines: LineCounter): ManifestFault[] {
  const faults: ManifestFault[] = [];
  visit(document, {
    Pair(_, { key }) {
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      if (!isScalar(key) || typeof key.value !== 'string') {
        faults.push(faultAt(lines, offset, '', 'a field name must be a text'));
      } else if (forbiddenKeys.has(key.value)) {
        faults.push(faultAt(lines, offset, key.value, 'this is no name for a field'));
      }
    },
    Scalar(_, { value, range }) {
      if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) {
        faults.push(faultAt(lines, range?.[0] ?? 0, '', 'this number cannot be kept'));
      }
    },
  });
  return faults;
}

function nodeAt(document: Document, path: readonly PropertyKey[], at: 'key' | 'value'): Node | undefined {
  for (let length = path.length; length >= 0; length--) {
    const part = path[length - 1];
    const parent = length === 0 ? undefined : document.getIn(path.slice(0, length - 1), true);
    if (at === 'key' && isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === part);
      if (pair !== undefined) return pair.key as Node;
    }
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (node !== undefined && node !== null) return node as Node;
  }
  return undefined;
}

/** @throws AppError MANIFEST_INVALID when aliases make it too large */
function valueOf(document: Document, lines: LineCounter): JsonValue {
  const refuse = (message: string): never => {
    throw manifestInvalid([faultAt(lines, document.range?.[0] ?? 0, '', message)]);
  };
  let grown = 0;
  visit(document, {
    Alias(_, alias) {
      const source = alias.resolve(document);
      grown += source === undefined || isAlias(source) ? 0 : String(source).length;
    },
  });
  if (grown > largestValue) refuse(tooLarge);
  try {
    // What one alias stands for may hold others: the library counts what they come to in all.
    const value = document.toJS({ maxAliasCount: 100 }) as JsonValue;
    return JSON.stringify(value).length > largestValue ? refuse(tooLarge) : value;
  } catch (error) {
    if (error instanceof ReferenceError) return refuse(tooLarge);
    // JSON has no word for a value that holds itself.
    if (error instanceof TypeError || error instanceof RangeError) return refuse('its aliases go in a circle');
    throw error;
  }
}

/**
 * The documents of a YAML text; empty ones are left out.
 *
 * @throws AppError MANIFEST_INVALID with line and column of what is no YAML, or too much of it
 */
export function parseYamlDocuments(text: string): YamlDocument[] {
  const excess = findExcess(text);
  if (excess !== undefined) throw manifestInvalid([excess]);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, version: '1.2', prettyErrors: false });
  if (!Array.isArray(documents) || documents.length === 0) return [];
  if (documents.length > mostDocuments) {
    throw manifestInvalid([faultAt(lines, 0, '', `it has more than ${mostDocuments} documents`)]);
  }
  const broken = documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map(({ pos, message }) => faultAt(lines, pos[0], '', message)),
  );
  const faults = broken.length > 0 ? broken : documents.flatMap((document) => findStrangeNodes(document, lines));
  if (faults.length > 0) throw manifestInvalid(faults);
  return documents
    .filter(
      (document) => document.contents !== null && !(isScalar(document.contents) && document.contents.value === null),
    )
    .map((document) => {
      return {
        value: valueOf(document, lines),
        fault: (path, message, at = 'value') =>
          faultAt(lines, nodeAt(document, path, at)?.range?.[0] ?? 0, pathText(path), message),
      };
    });
}
