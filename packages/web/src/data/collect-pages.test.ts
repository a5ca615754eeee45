import { expect, test } from 'vitest';
import { collectPages } from './collect-pages.ts';

test('a list of several pages is asked for until its end, each page after the one before', async () => {
  const pages = new Map<string | undefined, { items: number[]; nextCursor: string | null }>([
    [undefined, { items: [1, 2], nextCursor: 'b' }],
    ['b', { items: [3], nextCursor: 'c' }],
    ['c', { items: [], nextCursor: null }],
  ]);
  const asked: object[] = [];
  const items = await collectPages(async (query) => {
    asked.push(query);
    return pages.get(query.cursor) ?? { items: [], nextCursor: null };
  });
  expect(items).toEqual([1, 2, 3]);
  expect(asked).toEqual([{ limit: 200 }, { limit: 200, cursor: 'b' }, { limit: 200, cursor: 'c' }]);
});
