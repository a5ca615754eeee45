import { expect, test } from 'vitest';
import { createFloodBound } from './output-flood.ts';

function boundOf(options: { maxBytes?: number; keptBytes?: number } = {}) {
  let ms = 0;
  const flood = createFloodBound({
    linesPerSecond: 100,
    windowSeconds: 2,
    maxBytes: options.maxBytes ?? 1_000_000,
    keptBytes: options.keptBytes ?? 0,
    now: () => ms,
  });
  return { flood, wait: (by: number) => (ms += by) };
}

test('a burst within the window is kept, what is over is not', () => {
  const { flood } = boundOf();
  expect(flood.allow(150, 1)).toBe(150);
  expect(flood.allow(150, 1)).toBe(50);
  expect(flood.allow(1, 1)).toBe(0);
});

test('a steady stream at the rate is kept for ever', () => {
  const { flood, wait } = boundOf();
  for (let second = 0; second < 100; second++) {
    wait(1_000);
    expect(flood.allow(100, 1)).toBe(100);
  }
});

test('once shut, it stays shut until a second of lines has come together', () => {
  const { flood, wait } = boundOf();
  flood.allow(201, 1);
  wait(990);
  expect(flood.recovered()).toBe(false);
  wait(20);
  expect(flood.recovered()).toBe(true);
  expect(flood.allow(10, 1)).toBe(10);
});

test('the bytes of a worker before count, and no time brings back a full one', () => {
  const { flood, wait } = boundOf({ maxBytes: 1_000, keptBytes: 900 });
  expect(flood.allow(1, 200)).toBe(1);
  expect(flood.isFull()).toBe(true);
  wait(60_000);
  expect(flood.allow(1, 1)).toBe(0);
});
