import type { JsonSchema } from './json-schema.ts';

/** A property in Pulumi's schema: of a plain type, or one that is named in `types`. */
export interface PropertySpec {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly $ref?: string;
  readonly items?: PropertySpec;
  readonly additionalProperties?: PropertySpec;
  readonly description?: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

/** A named type: an object, or a choice of texts. */
export interface TypeSpec {
  readonly type: 'object' | 'string';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PropertySpec>>;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string }[];
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** The branches of a union, without null: what may be null is what may be left out. */
function branchesOf(schema: JsonSchema): JsonSchema[] {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches === undefined) return schema.type === 'null' ? [] : [schema];
  return branches.flatMap(branchesOf);
}

/** Several shapes of one object as one: Pulumi's languages have no unions that are told by a field. */
function merge(branches: readonly JsonSchema[]): JsonSchema {
  const [first, ...others] = branches;
  if (first === undefined || others.length === 0) return first ?? {};
  const properties: Record<string, JsonSchema> = {};
  for (const [name, field] of branches.flatMap((branch) => Object.entries(branch.properties ?? {}))) {
    const values = [...(properties[name]?.enum ?? []), ...(field.const === undefined ? [] : [field.const])];
    properties[name] = values.length === 0 ? field : { type: 'string', enum: values };
  }
  const required = (first.required ?? []).filter((name) => others.every((other) => other.required?.includes(name)));
  return { type: 'object', properties, required };
}

/** Turns fields of JSON Schema into properties of Pulumi's, and collects the types that they name. */
export function createTypeTable() {
  const types = new Map<string, TypeSpec>();

  function named(name: string, spec: TypeSpec): PropertySpec {
    const token = `davit:index:${name}`;
    types.set(token, spec);
    return { $ref: `#/types/${token}` };
  }

  function property(owner: string, name: string, schema: JsonSchema): PropertySpec {
    const described = schema.description === undefined ? {} : { description: schema.description };
    return { ...shape(`${owner}${capital(name)}`, merge(branchesOf(schema))), ...described };
  }

  function shape(name: string, schema: JsonSchema): PropertySpec {
    const { type, properties, required = [], additionalProperties, items, enum: values } = schema;
    if (schema.const !== undefined) return named(name, { type: 'string', enum: [{ value: schema.const }] });
    if (values !== undefined) return named(name, { type: 'string', enum: values.map((value) => ({ value })) });
    if (properties !== undefined) {
      const fields = Object.entries(properties).map(([field, each]) => [field, property(name, field, each)] as const);
      return named(name, { type: 'object', properties: Object.fromEntries(fields), required });
    }
    if (type === 'object' && typeof additionalProperties === 'object') {
      return { type, additionalProperties: shape(`${name}Value`, merge(branchesOf(additionalProperties))) };
    }
    if (type === 'array' && items !== undefined) return { type, items: shape(`${name}Item`, merge(branchesOf(items))) };
    if (type === undefined || type === 'null' || type === 'object' || type === 'array') {
      throw new Error(`the schema of ${name} is of no kind that Pulumi has`);
    }
    return { type };
  }

  return { property, types: (): Record<string, TypeSpec> => Object.fromEntries(types) };
}
