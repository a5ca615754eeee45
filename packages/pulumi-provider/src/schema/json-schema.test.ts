import { describe, expect, test } from 'vitest';
import { type JsonSchema, withDefaults, withoutDefaults, writable } from './json-schema.ts';

const answered: JsonSchema = {
  type: 'object',
  required: ['name', 'size', 'check'],
  properties: {
    name: { type: 'string' },
    size: { type: 'integer', default: 1 },
    check: {
      type: 'object',
      required: ['path', 'seconds'],
      properties: { path: { type: 'string', default: '/' }, seconds: { type: 'integer', default: 60 } },
    },
  },
};
const schema = writable(answered);

test('what has a default may be left out when it is written, and a group of such fields too', () => {
  expect(schema.required).toEqual(['name']);
  expect(schema.properties?.['check']?.required).toEqual([]);
});

test('what is left out is what its default is, also within a group', () => {
  expect(withDefaults(schema, { name: 'a', check: { seconds: 5 } })).toEqual({
    name: 'a',
    size: 1,
    check: { path: '/', seconds: 5 },
  });
  expect(withDefaults(schema, { name: 'a' })).toEqual({ name: 'a', size: 1, check: { path: '/', seconds: 60 } });
});

test('what is as its default is left out again', () => {
  const whole = { name: 'a', size: 1, check: { path: '/', seconds: 5 } };
  expect(withoutDefaults(schema, whole)).toEqual({ name: 'a', check: { seconds: 5 } });
  expect(withoutDefaults(schema, { name: 'a', size: 1, check: { path: '/', seconds: 60 } })).toEqual({ name: 'a' });
});

describe('of a union', () => {
  const source: JsonSchema = {
    oneOf: [
      {
        type: 'object',
        properties: { type: { const: 'git' }, url: { type: 'string' }, lfs: { type: 'boolean', default: false } },
      },
      { type: 'object', properties: { type: { const: 'upload' }, folder: { type: 'string', default: '' } } },
    ],
  };

  test('the defaults are those of the branch that its type names', () => {
    expect(withDefaults(source, { type: 'git', url: 'u' })).toEqual({ type: 'git', url: 'u', lfs: false });
    expect(withDefaults(source, { type: 'upload' })).toEqual({ type: 'upload', folder: '' });
    expect(withoutDefaults(source, { type: 'git', url: 'u', lfs: false })).toEqual({ type: 'git', url: 'u' });
  });
});
