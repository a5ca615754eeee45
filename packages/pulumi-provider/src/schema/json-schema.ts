/** As much of JSON Schema as the API's document uses. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

/** What may be left out: it has a default, or is a group whose fields all have one. */
function isOptional(schema: JsonSchema): boolean {
  if ('default' in schema) return true;
  return schema.properties !== undefined && Object.values(schema.properties).every(isOptional);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** The schema of what may be written, made of that of what is answered: there every field is required. */
export function writable(schema: JsonSchema): JsonSchema {
  const { properties, required, items, anyOf, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(writable) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(writable) }),
    ...(items === undefined ? {} : { items: writable(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: mapValues(properties, writable),
          required: (required ?? []).filter((name) => !isOptional(properties[name] ?? {})),
        }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The branch of a union that a value is of, told by its constant field. */
function branchOf(schema: JsonSchema, value: unknown): JsonSchema {
  const branches = schema.oneOf ?? [];
  const found = branches.find(
    (branch) =>
      isObject(value) &&
      Object.entries(branch.properties ?? {}).some(([name, field]) => field.const === (value[name] ?? null)),
  );
  return found ?? schema;
}

/** A value with the defaults of its schema put in, so that what is left out and what is spelt out are the same. */
export function withDefaults(schema: JsonSchema, value: unknown): unknown {
  if (value === undefined && 'default' in schema) return schema.default;
  const { properties } = schema.oneOf === undefined ? schema : branchOf(schema, value);
  if (properties === undefined || (value !== undefined && !isObject(value))) return value;
  const given = value ?? {};
  const known = Object.entries(properties).map(([name, field]) => [name, withDefaults(field, given[name])] as const);
  return { ...given, ...Object.fromEntries(known.filter(([, each]) => each !== undefined)) };
}

/** The other way: a value without what is as its default; undefined when nothing is left. */
export function withoutDefaults(schema: JsonSchema, value: unknown): unknown {
  if ('default' in schema && JSON.stringify(value) === JSON.stringify(schema.default)) return undefined;
  const { properties } = schema.oneOf === undefined ? schema : branchOf(schema, value);
  if (properties === undefined || !isObject(value)) return value;
  const kept = Object.entries(value)
    .map(([name, each]) => [name, withoutDefaults(properties[name] ?? {}, each)] as const)
    .filter(([, each]) => each !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
