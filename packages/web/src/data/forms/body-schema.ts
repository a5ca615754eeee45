import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { lookUp, parsePointer } from './json-pointer.ts';

/** What is wrong with a field. `path` as forms name fields: `source.url`. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/**
 * What is left empty is not sent, where the server can do without it: an empty text would be a value that it refuses. Surrounding
 * blanks stay: they may belong to a password.
 */
export function withoutEmpty(value: unknown, schema: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { properties, required = [] } = (schema ?? {}) as { properties?: object; required?: readonly string[] };
  // Names that somebody chose: each was written down, and whether it may stay empty is said of it, not decided for it.
  if (properties === undefined && lookUp(schema, ['additionalProperties']) !== undefined) return value;
  const entries = Object.entries(value)
    .filter(([name, field]) => field !== undefined && (field !== '' || required.includes(name) || mayBeEmpty(name)))
    .map(([name, field]) => [name, withoutEmpty(field, propertyOf(name))]);
  return Object.fromEntries(entries);

  function propertyOf(name: string): unknown {
    return (properties as Record<string, unknown> | undefined)?.[name];
  }
  function mayBeEmpty(name: string): boolean {
    const property = propertyOf(name) as { type?: unknown; minLength?: number; pattern?: string } | undefined;
    return (
      property?.type === 'string' &&
      (property.minLength ?? 0) === 0 &&
      property.pattern === undefined &&
      !('enum' in property)
    );
  }
}

/** Of a schema of several forms, the one whose property has this value. */
export function alternativeOf(schema: object, property: string, value: string): object {
  const { oneOf = [] } = schema as { oneOf?: readonly object[] };
  const found = oneOf.find((each) => lookUp(each, ['properties', property, 'const']) === value);
  if (found === undefined) throw new Error(`no form of the body has ${property} = ${value}`);
  return found;
}

/** The faults of a body, the first of each field. */
export function findFaults(body: unknown, schema: object): readonly FieldFault[] {
  // Interpreted, not compiled: the page's policy allows no code made from text.
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(body);
  if (valid) return [];
  const faults = new Map<string, string>();
  for (const unit of errors.toSorted((one, other) => vagueness(one) - vagueness(other))) {
    for (const fault of toFaults(unit, schema, body)) {
      if (!faults.has(fault.path)) faults.set(fault.path, fault.message);
    }
  }
  // Of a whole that is wrong because of a part of it, the part is told.
  const isWhole = (path: string): boolean => [...faults.keys()].some((other) => other.startsWith(`${path}.`));
  return [...faults].filter(([path]) => !isWhole(path)).map(([path, message]) => ({ path, message }));
}

/**
 * A value of several possible forms (a number or nothing) fails each of them: what says how it misses the one that was meant
 * comes before that it is of another type, and before that it fits none.
 */
function vagueness({ keyword }: OutputUnit): number {
  if (keyword === 'anyOf' || keyword === 'oneOf') return 2;
  return keyword === 'type' ? 1 : 0;
}

// They only say that something below them is wrong, which has an entry of its own.
const CONTAINERS = new Set(['properties', 'items', 'allOf', '$ref', 'additionalProperties', 'false']);

function toFaults(unit: OutputUnit, schema: object, body: unknown): readonly FieldFault[] {
  const { keyword } = unit;
  const path = parsePointer(unit.instanceLocation);
  if (keyword === 'required') {
    const names = lookUp(schema, parsePointer(unit.keywordLocation));
    const there = lookUp(body, path);
    if (!Array.isArray(names)) return [];
    return names
      .filter((name) => lookUp(there, [String(name)]) === undefined)
      .map((name) => ({ path: [...path, String(name)].join('.'), message: 'Needed.' }));
  }
  if (CONTAINERS.has(keyword)) return [];
  const limit = lookUp(schema, parsePointer(unit.keywordLocation));
  return [{ path: path.join('.'), message: wordsOf(keyword, limit, lookUp(body, path)) }];
}

function wordsOf(keyword: string, rule: unknown, value: unknown): string {
  const limit = String(rule);
  if (value === '') return 'Needed.';
  switch (keyword) {
    case 'minLength':
      return `At least ${limit} characters.`;
    case 'maxLength':
      return `At most ${limit} characters.`;
    case 'minimum':
      return `Not less than ${limit}.`;
    case 'maximum':
      return `Not more than ${limit}.`;
    case 'exclusiveMinimum':
      return `More than ${limit}.`;
    case 'exclusiveMaximum':
      return `Less than ${limit}.`;
    case 'minItems':
      return `At least ${limit}.`;
    case 'maxItems':
      return `At most ${limit}.`;
    case 'enum':
      return 'Not one of the possible values.';
    case 'type':
      return typeof value === 'number' || Number.isNaN(value)
        ? 'Not a number that can be taken.'
        : 'Not in the right form.';
    default:
      return 'Not in the right form.';
  }
}
