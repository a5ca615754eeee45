import { expect, test } from 'vitest';
import { ITEM } from './manifest-place.ts';
import { asYaml, fieldsOf, manifestSchema, schemaAt, typeText, valuesOf } from './manifest-schema.ts';

const schema = manifestSchema(['AwsS3Bucket', 'GcpGcsBucket'], {
  properties: {
    region: { type: 'string', description: 'Where it is.' },
    versioning: { type: 'boolean', default: false },
    access: { enum: ['private', 'public read', 'on'] },
    rules: { type: 'array', items: { type: 'object', properties: { days: { type: 'integer' } } } },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    size: { anyOf: [{ type: 'integer' }, { type: 'object', properties: { gib: { type: 'number' } } }] },
  },
});

test('a path leads to the schema of its field, through lists, free names and forms', () => {
  expect(schemaAt(schema, ['spec', 'region'])?.description).toBe('Where it is.');
  expect(schemaAt(schema, ['spec', 'rules', ITEM, 'days'])).toEqual({ type: 'integer' });
  expect(schemaAt(schema, ['spec', 'tags', 'anything'])).toEqual({ type: 'string' });
  expect(schemaAt(schema, ['spec', 'size', 'gib'])).toEqual({ type: 'number' });
  expect(schemaAt(schema, ['spec', 'nothing'])).toBeUndefined();
  expect(schemaAt(schema, ['spec', 'constructor'])).toBeUndefined();
  expect(Object.keys(fieldsOf(schemaAt(schema, ['metadata']) ?? {}))).toEqual(['name', 'labels']);
});

test('types and values are told as YAML has them', () => {
  const at = (name: string) => schemaAt(schema, ['spec', name]) ?? {};
  expect(typeText(at('rules'))).toBe('object[]');
  expect(typeText(at('size'))).toBe('integer | object');
  expect(valuesOf(at('versioning'))).toEqual(['false', 'true']);
  expect(valuesOf(at('access'))).toEqual(['private', '"public read"', '"on"']);
  expect(valuesOf(schemaAt(schema, ['kind']) ?? {})).toEqual(['AwsS3Bucket', 'GcpGcsBucket']);
  expect(asYaml(12)).toBe('12');
});
