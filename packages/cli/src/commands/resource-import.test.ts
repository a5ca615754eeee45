import { expect, test } from 'vitest';
import { parseImportIds } from './resource-import.ts';

test('ids are given by name, or one without', () => {
  expect(parseImportIds(['my-bucket'])).toEqual({ '': 'my-bucket' });
  expect(parseImportIds(['a=1', 'b=arn:x=y'])).toEqual({ a: '1', b: 'arn:x=y' });
});

test.each([
  [[], 'with --id ID or --id NAME=ID'],
  [['one', 'two'], 'Only one --id needs no name.'],
  [['a=1', 'a=2'], '"a" has two ids.'],
  [['a='], '"a=" has no id.'],
])('%j is refused', (given, message) => {
  expect(() => parseImportIds(given)).toThrow(message);
});
