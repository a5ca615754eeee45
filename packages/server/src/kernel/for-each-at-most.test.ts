import { expect, test } from 'vitest';
import { forEachAtMost } from './for-each-at-most.ts';

/** Work that ends when it is told to. */
function heldWork() {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<void>>();
  return {
    begun,
    work: (item: number) => {
      begun.push(item);
      const end = Promise.withResolvers<void>();
      ends.set(item, end);
      return end.promise;
    },
    end: (item: number) => ends.get(item)?.resolve(),
    fail: (item: number, error: Error) => ends.get(item)?.reject(error),
  };
}
/** Everything that can happen now has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('so many at once, each in its turn', async () => {
  const { begun, work, end } = heldWork();
  let isOver = false;
  const all = forEachAtMost(2, [1, 2, 3, 4], work).then(() => (isOver = true));
  await settled();
  expect(begun).toEqual([1, 2]);
  end(2);
  await settled();
  expect(begun).toEqual([1, 2, 3]);
  end(1);
  end(3);
  await settled();
  expect([begun, isOver]).toEqual([[1, 2, 3, 4], false]);
  end(4);
  await all;
});

test('after a failure none is begun, those that were are waited for, and the first cause is told', async () => {
  const { begun, work, end, fail } = heldWork();
  let isOver = false;
  const all = forEachAtMost(3, [1, 2, 3, 4, 5], work).finally(() => (isOver = true));
  all.catch(() => undefined);
  await settled();
  fail(2, new Error('first'));
  await settled();
  fail(1, new Error('second'));
  await settled();
  expect([begun, isOver]).toEqual([[1, 2, 3], false]);
  end(3);
  await expect(all).rejects.toThrow('first');
});

test('nothing to do, and more room than work', async () => {
  await forEachAtMost(4, [], () => Promise.reject(new Error('never')));
  const { begun, work, end } = heldWork();
  const all = forEachAtMost(4, [1], work);
  end(1);
  await all;
  expect(begun).toEqual([1]);
});
