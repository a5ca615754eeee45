import { expect, test } from 'vitest';
import { changesText } from './changes-text.ts';

test('changes are told in the order in which people care, and what stays is not told', () => {
  expect(changesText({ create: 2, same: 5, delete: 1 }, false)).toBe('1 deleted, 2 created');
  expect(changesText({ create: 3 }, true)).toBe('would be: 3 created');
  expect(changesText({ same: 3 }, false)).toBe('nothing changes');
  expect(changesText(null, false)).toBe('');
});
