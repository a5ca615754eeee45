import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAppJobs } from './app-jobs.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createJobs(reconcile: () => Promise<void>) {
  const cron = { tick: async () => 3_600_000 };
  return createAppJobs({
    reconciler: { reconcile },
    cron,
    regular: {},
    cleanups: [],
    logger: pino({ level: 'silent' }),
  });
}

test('events that come together are one look at the world', async () => {
  const reconcile = vi.fn(async () => undefined);
  const jobs = createJobs(reconcile);
  jobs.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(reconcile).toHaveBeenCalledTimes(1);
  for (let event = 0; event < 4; event++) {
    jobs.reconcileSoon();
    await vi.advanceTimersByTimeAsync(40);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(reconcile).toHaveBeenCalledTimes(2);
  await jobs.stop();
});

test('what is told while the world is looked at is looked at once more, and not beside it', async () => {
  const looks: PromiseWithResolvers<void>[] = [];
  const reconcile = vi.fn(async () => {
    const look = Promise.withResolvers<void>();
    looks.push(look);
    await look.promise;
  });
  const jobs = createJobs(reconcile);
  jobs.start();
  await vi.advanceTimersByTimeAsync(0);
  jobs.reconcileSoon();
  jobs.reconcileSoon();
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toHaveLength(1);
  looks[0]?.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toHaveLength(2);
  looks[1]?.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toHaveLength(2);
  await jobs.stop();
});
