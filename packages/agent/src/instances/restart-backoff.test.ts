import { describe, expect, it } from 'vitest';
import { restartDelay } from './restart-backoff.ts';

describe('the pause before a restart', () => {
  it('is short the first time, since most crashes happen once', () => {
    expect(restartDelay(0, 0.5)).toBe(100);
  });

  it('doubles from one second to a minute', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 500].map((restarts) => restartDelay(restarts, 0.5));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('differs by a fifth from instance to instance, and never passes a minute', () => {
    expect(restartDelay(3, 0)).toBe(3200);
    expect(restartDelay(3, 1)).toBe(4800);
    expect(restartDelay(20, 1)).toBe(60_000);
  });
});
