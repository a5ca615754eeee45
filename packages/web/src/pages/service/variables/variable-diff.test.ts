import { expect, test } from 'vitest';
import { diffVariables } from './variable-diff.ts';

test('a change of the whole set says what is added, changed and removed, by name', () => {
  expect(diffVariables({ B: '1', C: '1', D: '' }, { A: '', B: '1', C: '2' })).toEqual([
    { name: 'A', change: 'created' },
    { name: 'C', change: 'updated' },
    { name: 'D', change: 'deleted' },
  ]);
});

test('names that objects have by themselves are names like any other', () => {
  expect(diffVariables({}, { constructor: 'x' })).toEqual([{ name: 'constructor', change: 'created' }]);
  expect(diffVariables({ toString: 'x' }, {})).toEqual([{ name: 'toString', change: 'deleted' }]);
});
