import { describe, expect, test } from 'vitest';
import { tickSteps, topOf } from './value-scale.ts';

const MiB = 1024 * 1024;

describe('the top of an axis', () => {
  test('is a little above the highest value', () => {
    expect(topOf('per-second', 100, null)).toBeCloseTo(108);
  });

  test('is never so low that noise looks like use', () => {
    expect(topOf('cores', 0.0001, null)).toBeGreaterThanOrEqual(0.05);
    expect(topOf('bytes', null, null)).toBeGreaterThanOrEqual(MiB);
  });

  test('leaves room for a limit that is near, and none for one that is far', () => {
    expect(topOf('bytes', 200 * MiB, 256 * MiB)).toBeGreaterThan(256 * MiB);
    expect(topOf('bytes', 20 * MiB, 4096 * MiB)).toBeLessThan(30 * MiB);
  });
});

test('ticks of bytes are powers of two, those of instances whole', () => {
  expect(tickSteps('bytes')).toContain(64 * MiB);
  expect(tickSteps('count')[0]).toBe(1);
  expect(tickSteps('cores')).toContain(0.01);
});
