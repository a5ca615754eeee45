import {
  LATENCY_BUCKETS,
  LATENCY_BUCKETS_PER_DOUBLING,
  LATENCY_FIRST_BOUND_MS,
  type RouteUsage,
} from '../protocol/protocol.ts';

/** What is counted of one route since it was made in this life of the agent. Changed in place: it is touched by every request. */
export interface RouteCounters {
  /** When counting began; milliseconds. */
  readonly since: number;
  requests: number;
  failures: number;
  bytesIn: number;
  bytesOut: number;
  /** Responses by bucket of their latency, then by class of their status. Made by the first one: of 10,000 routes few are asked. */
  responses: Float64Array | undefined;
}

/** First digits of a status, 1 to 5. */
const CLASSES = 5;

export function createRouteCounters(): RouteCounters {
  return { since: Date.now(), requests: 0, failures: 0, bytesIn: 0, bytesOut: 0, responses: undefined };
}

/** The bucket that a latency is counted in. */
export function latencyBucket(ms: number): number {
  if (!(ms > LATENCY_FIRST_BOUND_MS)) return 0;
  return Math.min(
    LATENCY_BUCKETS - 1,
    Math.ceil(Math.log2(ms / LATENCY_FIRST_BOUND_MS) * LATENCY_BUCKETS_PER_DOUBLING),
  );
}

/**
 * Counts the head of a response. Not its end: of a download or an event stream that says how much or how long, not how fast.
 * @param startedAt `performance.now()` when the request was there
 */
export function countResponse(counters: RouteCounters, status: number, startedAt: number): void {
  counters.responses ??= new Float64Array(LATENCY_BUCKETS + CLASSES);
  const counts = counters.responses;
  add(counts, latencyBucket(performance.now() - startedAt));
  const first = Math.trunc(status / 100);
  if (first >= 1 && first <= CLASSES) add(counts, LATENCY_BUCKETS + first - 1);
}

function add(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

/** The counters as they are told to others; buckets without a response are left out. */
export function presentCounters(host: string, owner: string, counters: RouteCounters): RouteUsage {
  const { since, responses: counts = new Float64Array(LATENCY_BUCKETS + CLASSES), ...sums } = counters;
  const latency: Record<string, number> = {};
  counts.subarray(0, LATENCY_BUCKETS).forEach((count, bucket) => {
    if (count > 0) latency[bucket] = count;
  });
  const responses = [...counts.subarray(LATENCY_BUCKETS)];
  return { host, owner, ...sums, since: new Date(since).toISOString(), responses, latency };
}
