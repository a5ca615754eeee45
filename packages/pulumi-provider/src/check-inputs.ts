import { z } from 'zod';
import type { Values } from './resource-type.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { hasUnknown } from './server/pulumi-values.ts';

/** Why an input cannot be taken. The value itself is never told: it may be secret. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What is checked: a resource's inputs, a function's, or the provider's own configuration. */
export interface InputRules {
  readonly inputs: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

function faultsOf(property: string, schema: JsonSchema, value: unknown): Failure[] {
  // What is not known yet is judged when it is.
  if (hasUnknown(value)) return [];
  const { default: _, ...rest } = schema;
  const result = z.fromJSONSchema(rest as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  return (result.error?.issues ?? []).map(({ path, message }) => ({
    property: [property, ...path].join('.'),
    reason: message,
  }));
}

/** Judges inputs by their schema, as davit's own API would. */
export function checkInputs({ inputs, required }: InputRules, values: Values): Failure[] {
  const missing = required.filter((name) => values[name] === undefined);
  const names = Object.keys(inputs).join(', ');
  return [
    ...missing.map((property) => ({ property, reason: 'is missing' })),
    ...Object.entries(values).flatMap(([property, value]) => {
      const schema = inputs[property];
      if (schema === undefined) return [{ property, reason: `there is no such property; there are ${names}` }];
      return faultsOf(property, schema, value);
    }),
  ];
}
