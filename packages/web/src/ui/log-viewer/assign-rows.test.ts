import { expect, test } from 'vitest';
import { assignRows, type RowRange } from './assign-rows.ts';

function maker(): () => number {
  let made = 0;
  return () => {
    made += 1;
    return made;
  };
}

const shown: RowRange<string> = { from: 10, rows: ['a', 'b', 'c', 'd'] };
const fail = (): string => {
  throw new Error('A row was made.');
};

test('after a step down what left at the top comes in at the bottom', () => {
  expect(assignRows(shown, 11, 15, 'turn', fail)).toEqual({ rows: ['b', 'c', 'd', 'a'], left: [] });
});

test('after a step up what left at the bottom comes in at the top', () => {
  expect(assignRows(shown, 8, 12, 'turn', fail)).toEqual({ rows: ['c', 'd', 'a', 'b'], left: [] });
});

test('after a jump every row stays in its place', () => {
  expect(assignRows(shown, 900_000, 900_004, 'exchange', fail)).toEqual({ rows: ['a', 'b', 'c', 'd'], left: [] });
  expect(assignRows(shown, 900_000, 900_002, 'exchange', fail)).toEqual({ rows: ['a', 'b'], left: ['c', 'd'] });
});

test('what is selected is never shown elsewhere', () => {
  const { rows, left } = assignRows(shown, 13, 15, 'keep', () => 'new');
  expect(rows).toEqual(['d', 'new']);
  expect(left).toEqual(['a', 'b', 'c']);
});

test('each row shows one line, however the view grows, shrinks and moves', () => {
  const make = maker();
  let range: RowRange<number> = { from: 50, rows: [] };
  for (let step = 0; step < 500; step += 1) {
    const from = Math.max(0, range.from + ((step * 7919) % 61) - 30);
    const size = 1 + ((step * 104_729) % 40);
    const use = (['turn', 'exchange', 'keep'] as const)[step % 3] ?? 'turn';
    const { rows, left } = assignRows(range, from, from + size, use, make);
    expect(rows).toHaveLength(size);
    expect(new Set([...rows, ...left]).size).toBe(rows.length + left.length);
    range = { from, rows };
  }
});
