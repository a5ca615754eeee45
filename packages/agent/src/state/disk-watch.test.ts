import { afterEach, expect, test, vi } from 'vitest';
import { watchDisk } from './disk-watch.ts';

afterEach(() => vi.useRealTimers());

test('a disk that was full is told of once it has room again, and who began before that time is told when he asks', () => {
  vi.useFakeTimers({ now: 1000 });
  let free = 1024 * 1024;
  const watch = watchDisk({ folder: '/', measure: () => free });
  const told: [number, number][] = [];
  const stop = watch.onRoom((from, until) => told.push([from.getTime(), until.getTime()]));
  expect(watch.wasFullSince(0)).toBe(false);
  free = 4096;
  vi.advanceTimersByTime(3000);
  expect(told).toEqual([]);
  expect([watch.wasFullSince(4000), watch.wasFullSince(4001)]).toEqual([true, false]);
  free = 1024 * 1024;
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([[1250, 4250]]);
  expect([watch.wasFullSince(4000), watch.wasFullSince(4001)]).toEqual([true, false]);
  stop();
  free = 0;
  expect(watch.wasFullSince(6000)).toBe(true);
  free = 1024 * 1024;
  vi.advanceTimersByTime(2000);
  expect(told).toHaveLength(1);
  watch.close();
});

test('a disk that cannot be asked is neither full nor an end of the agent', () => {
  const watch = watchDisk({
    folder: '/',
    measure: () => {
      throw new Error('EIO');
    },
  });
  expect(watch.wasFullSince(0)).toBe(false);
  watch.close();
});
