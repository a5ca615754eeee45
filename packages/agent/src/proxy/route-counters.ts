import {
  LATENCY_BUCKETS,
  LATENCY_BUCKETS_PER_DOUBLING,
  LATENCY_FIRST_BOUND_MS,
  type RouteUsage,
} from '../protocol/protocol.ts';

/** What is counted of one route since it was made in this life of the agent. Changed in place: it is touched by every request. */
export interface RouteCounters {
  /** RFC 3339: when counting began. */
  readonly since: string;
  requests: number;
  failures: number;
  bytesIn: number;
  bytesOut: number;
  /** Responses by first digit of their status, 1 to 5. */
  readonly responses: [number, number, number, number, number];
  /** Made by the first response: a table of 10,000 routes has few that are asked. */
  latency: Float64Array | undefined;
}

export function createRouteCounters(): RouteCounters {
  return {
    since: new Date().toISOString(),
    requests: 0,
    failures: 0,
    bytesIn: 0,
    bytesOut: 0,
    responses: [0, 0, 0, 0, 0],
    latency: undefined,
  };
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
  const index = Math.trunc(status / 100) - 1;
  if (index >= 0 && index < 5) counters.responses[index] = (counters.responses[index] ?? 0) + 1;
  counters.latency ??= new Float64Array(LATENCY_BUCKETS);
  const bucket = latencyBucket(performance.now() - startedAt);
  counters.latency[bucket] = (counters.latency[bucket] ?? 0) + 1;
}

/** The counters as they are told to others; buckets without a response are left out. */
export function presentCounters(host: string, owner: string, counters: RouteCounters): RouteUsage {
  const latency: Record<string, number> = {};
  counters.latency?.forEach((count, bucket) => {
    if (count > 0) latency[bucket] = count;
  });
  return { host, owner, ...counters, responses: [...counters.responses], latency };
}
