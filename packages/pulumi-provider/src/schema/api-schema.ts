import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonSchema } from './json-schema.ts';

interface Operation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

// Weakly: davit's server, which lists the kinds, takes two schemas out of it and need not keep the rest (some megabytes).
let held: WeakRef<ApiDocument> | undefined;

function apiDocument(): ApiDocument {
  const before = held?.deref();
  if (before !== undefined) return before;
  const path = fileURLToPath(import.meta.resolve('@davit/api/openapi.json'));
  const document = JSON.parse(readFileSync(path, 'utf8')) as ApiDocument;
  held = new WeakRef(document);
  return document;
}

/** Without references. */
function inline(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inline);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { $ref?: unknown };
  if (typeof $ref === 'string') return inline(apiSchema($ref.slice($ref.lastIndexOf('/') + 1)));
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, inline(value)]));
}

/** A named schema of the API's document. */
export function apiSchema(name: string): JsonSchema {
  const found = apiDocument().components.schemas[name];
  if (found === undefined) throw new Error(`the API has no schema ${name}`);
  return inline(found) as JsonSchema;
}

/** A field of the body of an operation. */
export function bodyField(operationId: string, field: string): JsonSchema {
  const operations = Object.values(apiDocument().paths).flatMap((item) => Object.values(item));
  const operation = operations.find((each) => each.operationId === operationId);
  const body = inline(operation?.requestBody?.content['application/json']?.schema) as JsonSchema | undefined;
  const found = body?.properties?.[field];
  if (found === undefined) throw new Error(`the body of ${operationId} has no field ${field}`);
  return found;
}
