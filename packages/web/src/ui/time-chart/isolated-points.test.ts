import { expect, test } from 'vitest';
import { isolatedPoints } from './isolated-points.ts';

test('a value between gaps is a dot, values beside each other are a line', () => {
  expect(isolatedPoints([1, null, 2, 3, null, 4])).toEqual([0, 5]);
  expect(isolatedPoints([null, 0, null])).toEqual([1]);
  expect(isolatedPoints([1, 2])).toEqual([]);
  expect(isolatedPoints([])).toEqual([]);
});
