import { z } from 'zod';
import type { JsonValue } from '../../platform/runs/run-kind.ts';

/** What stands for a value that another cloud resource has once it is deployed. */
const valueReferenceSchema = z.strictObject({
  valueFrom: z.strictObject({
    kind: z.string().min(1).max(100),
    name: z.string().min(1).max(100),
    /** `status.outputs.NAME`, `outputs.NAME`, or only the output's name. */
    fieldPath: z.string().regex(/^(?:(?:status\.)?outputs\.)?[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'an output’s name'),
  }),
});

/** Which output of which resource a field takes its value from. */
export interface ValueReference {
  readonly path: readonly (string | number)[];
  readonly kind: string;
  readonly name: string;
  readonly output: string;
}

/** Something that looks like a reference and is none. */
export interface BrokenReference {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const isObject = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every `valueFrom` below a value, in the order in which it is written. */
export function findValueReferences(value: JsonValue): { references: ValueReference[]; broken: BrokenReference[] } {
  const references: ValueReference[] = [];
  const broken: BrokenReference[] = [];
  function look(at: JsonValue, path: (string | number)[]): void {
    if (Array.isArray(at)) {
      for (const [index, item] of at.entries()) look(item, [...path, index]);
    } else if (isObject(at)) {
      if (Object.hasOwn(at, 'valueFrom')) judge(at, path);
      else for (const [key, item] of Object.entries(at)) look(item, [...path, key]);
    }
  }
  function judge(at: JsonValue, path: (string | number)[]): void {
    const parsed = valueReferenceSchema.safeParse(at);
    if (parsed.success) {
      const { kind, name, fieldPath } = parsed.data.valueFrom;
      references.push({ path, kind, name, output: fieldPath.split('.').at(-1) ?? fieldPath });
      return;
    }
    for (const issue of parsed.error.issues) {
      broken.push({ path: [...path, ...(issue.path as (string | number)[])], message: issue.message });
    }
  }
  look(value, []);
  return { references, broken };
}

/** The value with each reference replaced by what `valueOf` says it is. */
export function replaceValueReferences(value: JsonValue, valueOf: (reference: ValueReference) => JsonValue): JsonValue {
  const copy = structuredClone(value);
  for (const reference of findValueReferences(value).references) {
    const last = reference.path.at(-1);
    if (last === undefined) return valueOf(reference);
    let holder: JsonValue = copy;
    for (const part of reference.path.slice(0, -1))
      holder = (holder as Record<string | number, JsonValue>)[part] as JsonValue;
    (holder as Record<string | number, JsonValue>)[last] = valueOf(reference);
  }
  return copy;
}
