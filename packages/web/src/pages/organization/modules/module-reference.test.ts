import { expect, test } from 'vitest';
import { describeReference, toReference, typedReference } from './module-reference.ts';

test.each([
  [null, 'default branch'],
  [{ branch: 'main' }, 'branch main'],
  [{ tag: 'v2' }, 'tag v2'],
  [{ commit: '0123abc' }, 'commit 0123abc'],
])('%j is shown as %s, and is the same after it was looked at', (reference, words) => {
  expect(describeReference(reference)).toBe(words);
  expect(toReference(typedReference(reference))).toEqual(reference);
});

test.each([
  { type: 'branch', name: ' ' },
  { type: 'tag', name: '' },
  { type: 'commit', name: 'main' },
] as const)('%j names nothing', (typed) => {
  expect(toReference(typed)).toBeUndefined();
});
