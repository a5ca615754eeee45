/**
 * How latencies are counted: buckets whose bounds grow by the fourth root of two, from 0.5 ms to 65.5 s. A percentile is
 * given as the middle of its bucket (by ratio), so it is within 9 % of the true one (2^(1/8) − 1 = 0.0905); up to 0.5 ms it is
 * within 0.25 ms. Histograms are added, never percentiles: the 95th of an hour is not the mean of sixty 95ths.
 */

/** The last bucket takes everything above the bound of the one before it. */
export const latencyBuckets = 70;
const firstBoundMs = 0.5;
const bucketsPerDoubling = 4;

/** Number of responses by number of the bucket; buckets without any are absent. */
export type LatencyHistogram = Readonly<Record<string, number>>;

/** The greatest latency that is counted in this bucket, in milliseconds. */
export function upperBoundMs(bucket: number): number {
  return bucket >= latencyBuckets - 1 ? Number.POSITIVE_INFINITY : firstBoundMs * 2 ** (bucket / bucketsPerDoubling);
}

function middleMs(bucket: number): number {
  if (bucket === 0) return firstBoundMs / 2;
  if (bucket >= latencyBuckets - 1) return upperBoundMs(latencyBuckets - 2);
  return Math.sqrt(upperBoundMs(bucket - 1) * upperBoundMs(bucket));
}

function inOrder(histogram: LatencyHistogram): [bucket: number, count: number][] {
  return Object.entries(histogram)
    .map(([bucket, count]): [number, number] => [Number(bucket), count])
    .toSorted(([a], [b]) => a - b);
}

/** How many responses were counted. */
export function countOf(histogram: LatencyHistogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0);
}

/**
 * The latency that `share` of the responses (0 to 1) do not exceed, in milliseconds; null without responses. Nearest rank
 * (https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method).
 */
export function percentileMs(histogram: LatencyHistogram, share: number): number | null {
  const buckets = inOrder(histogram);
  const rank = Math.max(1, Math.ceil(share * countOf(histogram)));
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= rank && count > 0) return middleMs(bucket);
  }
  return null;
}

/** What `now` has more than `before`; undefined when a bucket went down, which a counter does not. */
export function differenceOf(now: LatencyHistogram, before: LatencyHistogram): LatencyHistogram | undefined {
  const difference: Record<string, number> = {};
  for (const bucket of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const count = (now[bucket] ?? 0) - (before[bucket] ?? 0);
    if (count < 0) return undefined;
    if (count > 0) difference[bucket] = count;
  }
  return difference;
}

/** Both together. */
export function sumOf(one: LatencyHistogram, other: LatencyHistogram): LatencyHistogram {
  const sum: Record<string, number> = { ...one };
  for (const [bucket, count] of Object.entries(other)) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}
