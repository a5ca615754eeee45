import type { z } from 'zod';
import { findMeantName } from '../../kernel/nearest-names.ts';
import type { Kind } from './kind.ts';
import { type Manifest, manifestSchema, type ReadManifest, resourceKey } from './manifest.ts';
import { type ManifestFault, manifestInvalid } from './manifest-fault.ts';
import { knownFields } from './schema-fields.ts';
import { findValueReferences, type ValueReference } from './value-reference.ts';
import { parseYamlDocuments, type YamlDocument } from './yaml-document.ts';

const startsWith = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.every((part, index) => path[index] === part);

const meant = (wanted: string, names: readonly string[]): string => {
  const name = findMeantName(wanted, names);
  return name === undefined ? '' : `; did you mean "${name}"?`;
};

/** What zod found, as faults in the text. What a reference stands for is not known yet, so that nothing is said of it. */
function faultsOf(
  document: YamlDocument,
  error: z.ZodError,
  schema: z.ZodType,
  base: readonly PropertyKey[],
  references: readonly ValueReference[] = [],
): ManifestFault[] {
  return error.issues.flatMap((issue) => {
    if (references.some(({ path }) => startsWith(issue.path, path))) return [];
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = knownFields(schema, issue.path);
      return issue.keys.map((key) =>
        document.fault([...path, key], `there is no such field${meant(key, known)}`, 'key'),
      );
    }
    const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [document.fault(path, missing ? 'is missing' : issue.message)];
  });
}

function readOne(document: YamlDocument, kinds: ReadonlyMap<string, Kind>): ReadManifest | ManifestFault[] {
  const envelope = manifestSchema.safeParse(document.value);
  const named = (document.value as { kind?: unknown } | null)?.kind;
  const kind = typeof named === 'string' ? kinds.get(named) : undefined;
  const faults = envelope.success ? [] : faultsOf(document, envelope.error, manifestSchema, []);
  if (typeof named === 'string' && kind === undefined) {
    faults.push(document.fault(['kind'], `there is no kind "${named}"${meant(named, [...kinds.keys()])}`));
  }
  const spec = (document.value as { spec?: Manifest['spec'] } | null)?.spec ?? {};
  const { references, broken } = findValueReferences(spec);
  for (const { path, message } of broken) faults.push(document.fault(['spec', ...path], message));
  for (const reference of references) {
    if (!kinds.has(reference.kind)) {
      const path = ['spec', ...reference.path, 'valueFrom', 'kind'];
      faults.push(
        document.fault(path, `there is no kind "${reference.kind}"${meant(reference.kind, [...kinds.keys()])}`),
      );
    }
  }
  if (kind !== undefined && typeof spec === 'object') {
    const judged = kind.spec.safeParse(spec);
    if (!judged.success) faults.push(...faultsOf(document, judged.error, kind.spec, ['spec'], references));
  }
  if (faults.length > 0 || !envelope.success || kind === undefined) return faults;
  const refuse = (path: readonly PropertyKey[], message: string) => manifestInvalid([document.fault(path, message)]);
  return { manifest: envelope.data, kind, references, refuse };
}

function findDoubles(manifests: readonly ReadManifest[], documents: readonly YamlDocument[]): ManifestFault[] {
  const seen = new Set<string>();
  return manifests.flatMap(({ manifest }, index) => {
    const key = resourceKey({ kind: manifest.kind, name: manifest.metadata.name });
    const double = seen.has(key);
    seen.add(key);
    const fault = documents[index]?.fault(['metadata', 'name'], `${key} is in this text twice`);
    return double && fault !== undefined ? [fault] : [];
  });
}

/**
 * Reads the manifests of a YAML text, in the order in which they are written.
 *
 * @throws AppError MANIFEST_INVALID with each fault's line, column and path
 */
export function readManifests(text: string, kinds: ReadonlyMap<string, Kind>): ReadManifest[] {
  const documents = parseYamlDocuments(text);
  if (documents.length === 0) {
    throw manifestInvalid([{ line: 1, column: 1, path: '', message: 'there is no manifest in it' }]);
  }
  const read = documents.map((document) => readOne(document, kinds));
  const faults = read.flatMap((each) => (Array.isArray(each) ? each : []));
  if (faults.length > 0) throw manifestInvalid(faults);
  const manifests = read.filter((each): each is ReadManifest => !Array.isArray(each));
  const doubles = findDoubles(manifests, documents);
  if (doubles.length > 0) throw manifestInvalid(doubles);
  return manifests;
}
