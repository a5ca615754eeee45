import { expect, test } from 'vitest';
import { backOffMs, pause, settle } from './run-pause.ts';

test('the wait doubles up to its bound, and chance takes up to half of it away', () => {
  const waits = (random: number) =>
    [1, 2, 3, 4, 9, 1_000].map((failures) => backOffMs(failures, { baseMs: 100, maxMs: 700, random: () => random }));
  expect(waits(1)).toEqual([100, 200, 400, 700, 700, 700]);
  expect(waits(0)).toEqual([50, 100, 200, 350, 350, 350]);
});

test('a pause ends with the signal', async () => {
  const stop = new AbortController();
  const paused = pause(3_600_000, stop.signal);
  stop.abort();
  await paused;
  await pause(3_600_000, stop.signal);
});

test('work that goes on after it was told to stop is not waited for', async () => {
  const stop = new AbortController();
  const settled = settle(new Promise(() => {}), stop.signal, 10);
  stop.abort();
  expect(await settled).toEqual({ how: 'stuck' });
});

test('what work returns or throws is told, also when it ends after the signal', async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const settled = settle(promise, stop.signal, 3_600_000);
  stop.abort();
  resolve(7);
  expect(await settled).toEqual({ how: 'returned', value: 7 });
  const error = new Error('no');
  expect(await settle(Promise.reject(error), stop.signal, 1_000)).toEqual({ how: 'threw', error });
});
