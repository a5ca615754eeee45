/** As much of JSON Schema (draft 2020-12) as the OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  examples?: unknown[];
}

/** Tried in this order for a text: names, ids, addresses and times are all that davit asks for. */
const texts = ['sample', 'Sample', 'sample@example.org', 'srv_1', 'https://example.org/sample', '2026-01-01T00:00:00Z'];

/** The least value that a schema of the document takes: what is required, and nothing more. */
export function sampleValue(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): unknown {
  const of = (inner: JsonSchema) => sampleValue(inner, components);
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) {
    const found = components[$ref.split('/').at(-1) ?? ''];
    if (found === undefined) throw new Error(`the document has no ${$ref}`);
    return of(found);
  }
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.examples !== undefined) return schema.examples[0];
  if (allOf !== undefined) return Object.assign({}, ...allOf.map(of));
  const [first] = anyOf ?? oneOf ?? [];
  if (first !== undefined) return of(first);
  return sampleOfType(schema, of);
}

function sampleOfType(schema: JsonSchema, of: (inner: JsonSchema) => unknown): unknown {
  const { type, properties = {}, required = [], items = {}, minItems = 0, minimum = 1 } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(required.map((name) => [name, of(properties[name] ?? {})]));
    case 'array':
      return Array.from({ length: minItems }, () => of(items));
    case 'string':
      return sampleText(schema);
    case 'integer':
    case 'number':
      return Math.max(minimum, 1);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function sampleText({ pattern, minLength = 0, maxLength = Infinity }: JsonSchema): string {
  const fits = pattern === undefined ? /^/ : new RegExp(pattern, 'u');
  const padded = texts.map((text) => text.padEnd(minLength, '-'));
  const found = padded.find((text) => text.length <= maxLength && fits.test(text));
  if (found === undefined) throw new Error(`no sample fits ${pattern}: add one`);
  return found;
}
