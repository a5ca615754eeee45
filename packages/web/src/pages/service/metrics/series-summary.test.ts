import { expect, test } from 'vitest';
import { summarize } from './series-summary.ts';

test('a series in four numbers: what was not measured counts for nothing, 0 counts', () => {
  expect(summarize([null, 2, null, 4, 0, null])).toEqual({ last: 0, min: 0, max: 4, avg: 2 });
});

test('nothing measured has no numbers', () => {
  expect(summarize([null, null])).toBeUndefined();
  expect(summarize([])).toBeUndefined();
});
