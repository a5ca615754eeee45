import { expect, test } from 'vitest';
import { createServiceUsages, noUsage } from './service-usage.ts';

const usage = (cores: number) => ({ cpuCores: [cores], requestsPerSecond: [null] });

function start() {
  const frames: (() => void)[] = [];
  const usages = createServiceUsages((act) => frames.push(act));
  return { usages, frames, nextFrame: () => frames.shift()?.() };
}

test('of 20 services that are looked at some are told in each frame, and all in the end', () => {
  const { usages, frames, nextFrame } = start();
  const ids = Array.from({ length: 20 }, (_, index) => `svc_${index}`);
  const told: string[] = [];
  for (const id of ids) usages.subscribe(id, () => told.push(id));
  usages.put(ids.map((id) => [id, usage(1)]));
  expect(told).toEqual([]);
  nextFrame();
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(20);
  while (frames.length > 0) nextFrame();
  expect(told).toEqual(ids);
  expect(usages.get('svc_19')).toEqual(usage(1));
});

test('figures that come while others are told take their place', () => {
  const { usages, frames, nextFrame } = start();
  usages.subscribe('svc_1', () => undefined);
  usages.put([['svc_1', usage(1)]]);
  usages.put([['svc_1', usage(2)]]);
  while (frames.length > 0) nextFrame();
  expect(usages.get('svc_1')).toEqual(usage(2));
});

test('what nobody looks at is there at once, for whoever looks later', () => {
  const { usages, frames } = start();
  usages.put([['svc_1', usage(3)]]);
  expect(usages.get('svc_1')).toEqual(usage(3));
  expect(usages.get('svc_2')).toBe(noUsage);
  expect(frames).toEqual([]);
});

test('who looks away is told nothing', () => {
  const { usages, frames, nextFrame } = start();
  let told = 0;
  const leave = usages.subscribe('svc_1', () => {
    told += 1;
  });
  usages.put([['svc_1', usage(1)]]);
  leave();
  while (frames.length > 0) nextFrame();
  expect(told).toBe(0);
  expect(usages.get('svc_1')).toEqual(usage(1));
});
