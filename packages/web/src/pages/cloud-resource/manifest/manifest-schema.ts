import { ITEM, type PathPart } from './manifest-place.ts';

/** As much of JSON Schema as the kinds of davit use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly anyOf?: readonly JsonSchema[];
}

const text = (description: string): JsonSchema => ({ type: 'string', description });

/** The schema of a whole manifest: that of its envelope, with the kind's own of `spec`. */
export function manifestSchema(kinds: readonly string[], spec: JsonSchema | undefined): JsonSchema {
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: text('v1, or GROUP/v1 such as aws.project-planton.org/v1.'),
      kind: { type: 'string', enum: kinds, description: 'What is made. It decides on the fields of spec.' },
      metadata: {
        type: 'object',
        description: 'Name and labels.',
        required: ['name'],
        properties: {
          name: text('Lower-case letters, digits and dashes, at most 63. Unique for its kind and environment.'),
          labels: {
            type: 'object',
            description: 'Chosen freely; some mean something to davit.',
            properties: {
              credential: text('Name of the credential to use, where several would fit.'),
              'davit.dev/timeout-minutes': text('Minutes that an update may take; 60 where it is left out.'),
            },
            additionalProperties: { type: 'string' },
          },
        },
      },
      spec: { type: 'object', description: 'The fields of the kind.', ...spec },
    },
  };
}

function forms(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(forms);
}

/** The fields that an object may have, of all its forms. */
export function fieldsOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return Object.assign({}, ...forms(schema).map(({ properties }) => properties ?? {})) as Record<string, JsonSchema>;
}

/** Those of its fields that must be there. */
export function requiredOf(schema: JsonSchema): ReadonlySet<string> {
  return new Set(forms(schema).flatMap(({ required = [] }) => required));
}

function step(schema: JsonSchema, part: PathPart): JsonSchema | undefined {
  for (const form of forms(schema)) {
    if (part === ITEM) {
      if (form.items !== undefined) return form.items;
      continue;
    }
    const own = form.properties;
    if (own !== undefined && Object.hasOwn(own, part)) return own[part];
    if (typeof form.additionalProperties === 'object') return form.additionalProperties;
  }
  return undefined;
}

/** The schema of what a path leads to; undefined where the kind has no such field. */
export function schemaAt(schema: JsonSchema, path: readonly PathPart[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((at, part) => (at === undefined ? undefined : step(at, part)), schema);
}

/** A type in a word or two: `string`, `"a" | "b"`, `object[]`. */
export function typeText(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' | ');
  if (schema.enum !== undefined) return schema.enum.length > 6 ? 'one of a list' : schema.enum.map(asYaml).join(' | ');
  if (schema.type === 'array') return `${typeText(schema.items ?? {})}[]`;
  return typeof schema.type === 'object' ? schema.type.join(' | ') : (schema.type ?? 'any');
}

/** The values that are known to fit. */
export function valuesOf(schema: JsonSchema): readonly string[] {
  const values = forms(schema).flatMap((form) => {
    if (form.enum !== undefined) return form.enum.map(asYaml);
    if (form.const !== undefined) return [asYaml(form.const)];
    return form.type === 'boolean' ? ['true', 'false'] : [];
  });
  if (schema.default !== undefined && typeof schema.default !== 'object') values.unshift(asYaml(schema.default));
  return [...new Set(values)];
}

/** A plain value as YAML has it. */
export function asYaml(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
