import { describe, expect, test } from 'vitest';
import { resourceTypes } from '../resources.ts';
import * as sdk from '../sdk/sdk.gen.ts';
import { type PackageSchema, packageSchema } from './package-schema.ts';
import type { PropertySpec } from './property-spec.ts';

const schema: PackageSchema = packageSchema();

function referencesOf(properties: Readonly<Record<string, PropertySpec>> = {}): string[] {
  return Object.values(properties).flatMap(({ $ref, items, additionalProperties }) => [
    ...($ref === undefined ? [] : [$ref]),
    ...referencesOf({ ...(items && { items }), ...(additionalProperties && { additionalProperties }) }),
  ]);
}

test('every type that the schema refers to is in it', () => {
  const objects = [...Object.values(schema.resources), ...Object.values(schema.types)];
  const references = objects.flatMap(({ properties }) => referencesOf(properties));
  expect(references.length).toBeGreaterThan(5);
  for (const reference of references) expect(Object.keys(schema.types)).toContain(reference.replace('#/types/', ''));
});

describe.each(resourceTypes)('$name', (type) => {
  test('has its class in the SDK', () => {
    expect(sdk).toHaveProperty(type.name);
  });

  test('names as secret, as replacing and as required only what is among its inputs', () => {
    const names = Object.keys(type.inputs);
    expect(names).toEqual(expect.arrayContaining([...type.secrets, ...type.replaces, ...type.required]));
    expect(Object.keys(type.outputs)).toEqual(expect.arrayContaining([...type.changing]));
    expect(names.filter((name) => name in type.outputs)).toEqual([]);
  });

  test('says of each property what it is', () => {
    const { properties = {} } = schema.resources[`davit:index:${type.name}`] ?? {};
    for (const [name, { description }] of Object.entries(properties)) expect(description, name).toMatch(/\.$/);
  });
});

test('a token, a variable and the credential of a repository are secret', () => {
  expect(schema.config.variables['token']?.secret).toBe(true);
  expect(schema.resources['davit:index:Variable']?.inputProperties['value']?.secret).toBe(true);
  const service = schema.resources['davit:index:Service']?.inputProperties;
  expect([service?.['variables']?.secret, service?.['sourceCredential']?.secret]).toEqual([true, true]);
});
