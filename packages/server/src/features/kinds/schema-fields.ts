import { z } from 'zod';
import type { KindField } from './kind.ts';

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  anyOf?: JsonSchema[];
}

/** The JSON Schema of what a manifest may write. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
}

/** Names of the fields that an object within a schema has. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: JsonSchema | undefined = jsonSchemaOf(schema);
  for (const part of path) at = typeof part === 'number' ? at?.items : at?.properties?.[String(part)];
  return Object.keys(at?.properties ?? {});
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'array') return `${typeOf(schema.items ?? {})}[]`;
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
}

/** All fields of a schema, those of objects within after their own. */
export function listFields(schema: z.ZodType): KindField[] {
  const fields: KindField[] = [];
  function look({ properties = {}, required = [] }: JsonSchema, path: string): void {
    for (const [name, field] of Object.entries(properties)) {
      const own = path === '' ? name : `${path}.${name}`;
      fields.push({
        path: own,
        type: typeOf(field),
        required: required.includes(name),
        ...(field.default === undefined ? {} : { default: field.default }),
        description: field.description ?? '',
      });
      look(field.type === 'array' ? (field.items ?? {}) : field, field.type === 'array' ? `${own}[]` : own);
    }
  }
  look(jsonSchemaOf(schema), '');
  return fields;
}
