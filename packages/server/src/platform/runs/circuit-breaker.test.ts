import { expect, test } from 'vitest';
import { createCircuitBreakers } from './circuit-breaker.ts';

function breakersOf() {
  let ms = 0;
  const breakers = createCircuitBreakers({ failures: 3, openMs: 1_000, now: () => ms });
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) breakers.failed('git');
  };
  return { breakers, fail, wait: (by: number) => (ms += by) };
}

test('a system that fails often enough in a row is left alone for a while', () => {
  const { breakers, fail } = breakersOf();
  fail(2);
  expect(breakers.ask('git')).toEqual({ open: false });
  fail(1);
  expect(breakers.ask('git')).toEqual({ open: true, retryInMs: 1_000 });
});

test('a success in between starts the count anew', () => {
  const { breakers, fail } = breakersOf();
  fail(2);
  breakers.succeeded('git');
  fail(2);
  expect(breakers.ask('git').open).toBe(false);
});

test('after the pause one call tries it, and the others wait for what comes of it', () => {
  const { breakers, fail, wait } = breakersOf();
  fail(3);
  wait(1_000);
  expect(breakers.ask('git').open).toBe(false);
  expect(breakers.ask('git').open).toBe(true);
  breakers.succeeded('git');
  expect(breakers.ask('git').open).toBe(false);
});

test('a trial that fails, or never reports, opens it for another pause only', () => {
  const { breakers, fail, wait } = breakersOf();
  fail(3);
  wait(1_000);
  breakers.ask('git');
  fail(1);
  expect(breakers.ask('git')).toEqual({ open: true, retryInMs: 1_000 });
  wait(1_000);
  breakers.ask('git');
  wait(1_000);
  expect(breakers.ask('git').open).toBe(false);
});

test('systems do not share their failures', () => {
  const { breakers, fail } = breakersOf();
  fail(3);
  expect(breakers.ask('registry').open).toBe(false);
});
