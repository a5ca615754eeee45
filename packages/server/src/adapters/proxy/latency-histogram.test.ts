import { LATENCY_BUCKETS, LATENCY_BUCKETS_PER_DOUBLING, LATENCY_FIRST_BOUND_MS } from '@davit/agent/protocol';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  differenceOf,
  type LatencyHistogram,
  latencyBuckets,
  percentileMs,
  sumOf,
  upperBoundMs,
} from './latency-histogram.ts';

/** Counts latencies as the proxy does. */
function histogramOf(latencies: readonly number[]): LatencyHistogram {
  const counts: Record<string, number> = {};
  for (const ms of latencies) {
    let bucket = 0;
    while (ms > upperBoundMs(bucket)) bucket++;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

const trueNearestRank = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;

/** The same figures in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return state / 0x7f_ff_ff_ff;
  };
}

describe('a latency histogram', () => {
  test('has the buckets of the agent’s proxy', () => {
    expect(latencyBuckets).toBe(LATENCY_BUCKETS);
    expect(upperBoundMs(0)).toBe(LATENCY_FIRST_BOUND_MS);
    expect(upperBoundMs(LATENCY_BUCKETS_PER_DOUBLING) / upperBoundMs(0)).toBe(2);
    expect(upperBoundMs(latencyBuckets - 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([0.5, 0.95, 0.99, 1])('gives percentile %f within 9 % of the true one', (share) => {
    const random = pseudoRandom(7);
    // From half a millisecond to a minute, evenly in their logarithms.
    const latencies = Array.from({ length: 5000 }, () => 0.5 * 120_000 ** random());
    const percentile = percentileMs(histogramOf(latencies), share) ?? 0;
    expect(Math.abs(percentile / trueNearestRank(latencies, share) - 1)).toBeLessThan(2 ** (1 / 8) - 1 + 1e-9);
  });

  test('of what is quicker than its first bound is within a quarter of a millisecond', () => {
    expect(percentileMs(histogramOf([0.1, 0.2, 0.4]), 0.5)).toBe(0.25);
  });

  test('of what is slower than its last bound says at least that', () => {
    expect(percentileMs(histogramOf([300_000]), 0.99)).toBeCloseTo(65_536, 0);
  });

  test('without responses has no percentile', () => {
    expect(percentileMs({}, 0.5)).toBeNull();
  });

  test('of a longer time is the sum of those of its parts, which the mean of their percentiles is not', () => {
    const busy = histogramOf(Array.from({ length: 990 }, () => 10));
    const slow = histogramOf(Array.from({ length: 10 }, () => 10_000));
    const both = sumOf(busy, slow);
    expect(countOf(both)).toBe(1000);
    expect(percentileMs(both, 0.95)).toBeLessThan(11);
    expect(percentileMs(both, 0.995)).toBeGreaterThan(9000);
  });

  test('that went down has begun anew', () => {
    expect(differenceOf({ 3: 5, 4: 1 }, { 3: 2, 4: 1 })).toEqual({ 3: 3 });
    expect(differenceOf({ 3: 1 }, { 3: 2 })).toBeUndefined();
    expect(differenceOf({}, { 3: 2 })).toBeUndefined();
  });
});
