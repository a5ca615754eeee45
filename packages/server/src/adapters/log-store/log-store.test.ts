import { expect, test } from 'vitest';
import { isLogCursor, LOG_START } from './log-store.ts';

test('a cursor is a number of 16 digits that can be counted with', () => {
  expect([LOG_START, '1763766000000001'].map(isLogCursor)).toEqual([true, true]);
  const wrong = ['', '1', '../x', '0'.repeat(128), '9999999999999999', '176376600000000a'];
  expect(wrong.map(isLogCursor)).toEqual(wrong.map(() => false));
});
