import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, pageQuery, toPage } from './pagination.ts';

test('a page of a list that goes on ends with the cursor of its last row', () => {
  const rows = ['a', 'b', 'c'];
  const first = toPage(rows, 2, (row) => row);
  expect(first.items).toEqual(['a', 'b']);
  expect(decodeCursor(first.nextCursor ?? undefined)).toBe('b');
  expect(toPage(rows, 3, (row) => row)).toEqual({ items: rows, nextCursor: null });
  expect(toPage([], 3, String)).toEqual({ items: [], nextCursor: null });
});

test.each(['', '%', 'a b', encodeCursor('a\0'), `${encodeCursor('abc')}=`])(
  'the cursor %j was not made here',
  (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('not made by this list');
  },
);

test('a page has 1 to 200 items, 50 when nobody says', () => {
  expect(pageQuery.parse({})).toEqual({ limit: 50 });
  expect(pageQuery.parse({ limit: '200' }).limit).toBe(200);
  for (const limit of ['0', '201', '1.5', 'x', '']) expect(pageQuery.safeParse({ limit }).success).toBe(false);
});
