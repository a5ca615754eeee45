import { expect, test } from 'vitest';
import { createRateLimiter, type RateLimit } from './rate-limiter.ts';

const aloneWith = (limit: RateLimit, now?: () => number) =>
  createRateLimiter({ name: 'test', limit, ...(now === undefined ? {} : { now }) });

test('a bucket has its tries in each window', async () => {
  let now = 0;
  const limiter = aloneWith({ requests: 2, windowMs: 10_000 }, () => now);
  const take = async (bucket: string) => await limiter.take(bucket);
  expect([await take('a'), await take('a'), await take('a')]).toEqual([0, 0, 10]);
  expect(await take('b')).toBe(0);
  now = 9_500;
  expect(await take('a')).toBe(1);
  now = 10_000;
  expect(await take('a')).toBe(0);
});

test('a try that is given back can be taken again', async () => {
  const limiter = aloneWith({ requests: 1, windowMs: 10_000 });
  await limiter.take('a');
  limiter.giveBack('a');
  expect(await limiter.take('a')).toBe(0);
});

test('nothing that was not taken can be given back', async () => {
  const limiter = aloneWith({ requests: 1, windowMs: 10_000 });
  limiter.giveBack('a');
  await limiter.take('a');
  limiter.giveBack('a');
  limiter.giveBack('a');
  expect(await limiter.take('a')).toBe(0);
  expect(await limiter.take('a')).toBeGreaterThan(0);
});

test('the first refusal of a window is told apart from those after it', async () => {
  let now = 0;
  const limiter = aloneWith({ requests: 1, windowMs: 10_000 }, () => now);
  await limiter.take('a');
  const ask = () => limiter.isFirstRefusal('a');
  expect([await ask(), await ask(), await ask()]).toEqual([true, false, false]);
  now = 10_000;
  await limiter.take('a');
  expect([await ask(), await ask()]).toEqual([true, false]);
});
