import { describe, expect, it } from 'vitest';
import { LATENCY_BUCKETS } from '../protocol/protocol.ts';
import { countResponse, createRouteCounters, latencyBucket, presentCounters } from './route-counters.ts';

/** The bounds as the protocol describes them. */
const upperBound = (bucket: number) => 0.5 * 2 ** (bucket / 4);

describe('the latency histogram of a route', () => {
  it('counts a latency in the bucket that it is in, at the bounds too', () => {
    for (let bucket = 1; bucket < LATENCY_BUCKETS - 1; bucket++) {
      const [lower, upper] = [upperBound(bucket - 1), upperBound(bucket)];
      expect(latencyBucket(Math.sqrt(lower * upper)), `middle of ${bucket}`).toBe(bucket);
      expect(latencyBucket(lower * 1.001), `above the lower bound of ${bucket}`).toBe(bucket);
      expect(latencyBucket(upper * 0.999), `below the upper bound of ${bucket}`).toBe(bucket);
    }
  });

  it('has a place for what is quicker than its first bound and slower than its last', () => {
    expect(latencyBucket(0)).toBe(0);
    expect(latencyBucket(0.5)).toBe(0);
    expect(latencyBucket(-1)).toBe(0);
    expect(latencyBucket(Number.NaN)).toBe(0);
    expect(latencyBucket(66_000)).toBe(LATENCY_BUCKETS - 1);
    expect(latencyBucket(1e12)).toBe(LATENCY_BUCKETS - 1);
  });
});

describe('the counters of a route', () => {
  it('know responses by the class of their status', () => {
    const counters = createRouteCounters();
    for (const status of [101, 200, 204, 304, 404, 499, 502, 599, 700, 42]) countResponse(counters, status, 0);
    expect(presentCounters('a.test', 'svc', counters).responses).toEqual([1, 2, 1, 2, 2]);
  });

  it('tell buckets that are not empty, and nothing that changes with them later', () => {
    const counters = createRouteCounters();
    expect(presentCounters('a.test', 'svc', counters)).toMatchObject({ latency: {}, responses: [0, 0, 0, 0, 0] });
    countResponse(counters, 200, performance.now() - 1000);
    const told = presentCounters('a.test', 'svc', counters);
    countResponse(counters, 500, performance.now() - 1000);
    expect(told).toMatchObject({
      host: 'a.test',
      owner: 'svc',
      since: new Date(counters.since).toISOString(),
      responses: [0, 1, 0, 0, 0],
    });
    expect(Object.values(told.latency)).toEqual([1]);
    expect(Number(Object.keys(told.latency)[0])).toBeGreaterThanOrEqual(latencyBucket(1000));
  });
});
