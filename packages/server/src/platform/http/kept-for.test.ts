import { expect, test } from 'vitest';
import { keptFor } from './kept-for.ts';

test('those who ask while it is being made share it', async () => {
  let made = 0;
  const read = keptFor(60_000, async () => ++made);
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
  expect(await read()).toBe(1);
});

test('a failure is not kept', async () => {
  let made = 0;
  const read = keptFor(60_000, async () => {
    made += 1;
    if (made === 1) throw new Error('away');
    return made;
  });
  await expect(read()).rejects.toThrow('away');
  expect(await read()).toBe(2);
});
