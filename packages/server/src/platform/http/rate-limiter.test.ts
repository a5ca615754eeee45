import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

test('an address has its tries in each window', () => {
  let now = 0;
  const limiter = createRateLimiter({ requests: 2, windowMs: 10_000 }, () => now);
  expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 10]);
  expect(limiter.take('b')).toBe(0);
  now = 9_500;
  expect(limiter.take('a')).toBe(1);
  now = 10_000;
  expect(limiter.take('a')).toBe(0);
});

test('a try that is given back can be taken again', () => {
  const limiter = createRateLimiter({ requests: 1, windowMs: 10_000 });
  limiter.take('a');
  limiter.giveBack('a');
  expect(limiter.take('a')).toBe(0);
});

test('all addresses of an IPv6 /64 count as one', () => {
  const limiter = createRateLimiter({ requests: 1, windowMs: 10_000 });
  expect(limiter.take('2001:db8:1:2::1')).toBe(0);
  expect(limiter.take('2001:db8:1:2:ffff::9')).toBeGreaterThan(0);
  expect(limiter.take('2001:db8:1:3::1')).toBe(0);
});
