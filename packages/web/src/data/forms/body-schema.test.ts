import { describe, expect, test } from 'vitest';
import { alternativeOf, findFaults, withoutEmpty } from './body-schema.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 5, pattern: '^[a-z]+$' },
    description: { type: 'string', maxLength: 10 },
    token: { type: 'string', minLength: 1 },
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    source: {
      type: 'object',
      properties: { url: { type: 'string', minLength: 3 } },
      required: ['url'],
      additionalProperties: false,
    },
  },
  required: ['name'],
  additionalProperties: false,
};

describe('the faults of a body', () => {
  test('a good one has none', () => {
    expect(findFaults({ name: 'shop', port: 80, source: { url: 'git' } }, schema)).toEqual([]);
  });

  test('name each field once, in the words of a person', () => {
    expect(findFaults({ name: 'longer than that', port: 0, source: { url: 'x' } }, schema)).toEqual([
      { path: 'name', message: 'At most 5 characters.' },
      { path: 'port', message: 'Not less than 1.' },
      { path: 'source.url', message: 'At least 3 characters.' },
    ]);
  });

  test('what is missing and what is left empty is needed', () => {
    expect(findFaults({ source: {} }, schema)).toEqual([
      { path: 'name', message: 'Needed.' },
      { path: 'source.url', message: 'Needed.' },
    ]);
    expect(findFaults({ name: '' }, schema)).toEqual([{ path: 'name', message: 'Needed.' }]);
  });

  test('what may be nothing, too, is told what is wrong with what it is', () => {
    const memory = { anyOf: [{ type: 'integer', minimum: 16, maximum: 1024 }, { type: 'null' }] };
    const nullable = { type: 'object', properties: { memory } };
    expect(findFaults({ memory: 2000 }, nullable)).toEqual([{ path: 'memory', message: 'Not more than 1024.' }]);
    expect(findFaults({ memory: Number.NaN }, nullable)).toEqual([
      { path: 'memory', message: 'Not a number that can be taken.' },
    ]);
    expect(findFaults({ memory: null }, nullable)).toEqual([]);
  });

  test('of a whole with a wrong part, only the part is told', () => {
    const key = { type: 'object', properties: { token: { type: 'string', minLength: 1 } }, required: ['token'] };
    const nullable = { type: 'object', properties: { key: { anyOf: [key, { type: 'null' }] } } };
    expect(findFaults({ key: {} }, nullable)).toEqual([{ path: 'key.token', message: 'Needed.' }]);
  });

  test('what cannot be a number is told so', () => {
    expect(findFaults({ name: 'a', port: Number.NaN }, schema)).toMatchObject([{ path: 'port' }]);
  });
});

describe('what is left empty', () => {
  test('is not sent where an empty text would be refused, and is where it means something', () => {
    expect(withoutEmpty({ name: '', description: '', token: '', port: undefined }, schema)).toEqual({
      name: '',
      description: '',
    });
  });

  test('also inside of other fields; blanks stay', () => {
    const nested = { properties: { inner: { properties: { a: { type: 'string', minLength: 1 } } } } };
    expect(withoutEmpty({ inner: { a: '' } }, nested)).toEqual({ inner: {} });
    expect(withoutEmpty({ inner: { a: ' x ' } }, nested)).toEqual({ inner: { a: ' x ' } });
  });

  test('stays at a name that somebody chose', () => {
    const headers = { properties: { headers: { type: 'object', additionalProperties: { type: 'string' } } } };
    expect(withoutEmpty({ headers: { 'X-Empty': '' } }, headers)).toEqual({ headers: { 'X-Empty': '' } });
  });
});

test('of a body of several forms, the one that is meant is checked alone', () => {
  const form = (provider: string, field: string) => ({
    type: 'object',
    properties: { provider: { const: provider }, [field]: { type: 'string', minLength: 1 } },
    required: ['provider', field],
    additionalProperties: false,
  });
  const schema = { oneOf: [form('aws', 'key'), form('gcp', 'account')] };
  const aws = alternativeOf(schema, 'provider', 'aws');
  expect(findFaults({ provider: 'aws', key: '' }, aws)).toEqual([{ path: 'key', message: 'Needed.' }]);
  expect(() => alternativeOf(schema, 'provider', 'nobody')).toThrow('nobody');
});
