import type { MetricSeries, MetricsQuery, MetricsSource } from '../metrics-source.ts';
import { queryRange } from './range-query.ts';

/** Four scrapes at the usual 15 s: with fewer, one that is lost leaves a gap in every rate. */
const shortestWindowSeconds = 60;

/** What each series is in PromQL: `of` selects the service, `window` is as long as an interval. */
function expressions(serviceId: string, stepSeconds: number): Record<keyof MetricSeries, string> {
  const window = `[${Math.max(stepSeconds, shortestWindowSeconds)}s]`;
  const select = (metric: string, matchers = '') => `${metric}{service_id=${JSON.stringify(serviceId)}${matchers}}`;
  const rate = (metric: string, matchers = '') => `sum(rate(${select(metric, matchers)}${window}))`;
  const latency = (share: number) =>
    `1000 * histogram_quantile(${share}, sum by (le) (rate(${select('davit_route_latency_seconds_bucket')}${window})))`;
  return {
    cpuCores: rate('davit_instance_cpu_seconds_total'),
    memoryBytes: `sum(${select('davit_instance_memory_bytes')})`,
    networkInBytesPerSecond: rate('davit_route_received_bytes_total'),
    networkOutBytesPerSecond: rate('davit_route_sent_bytes_total'),
    diskReadBytesPerSecond: rate('davit_instance_disk_read_bytes_total'),
    diskWriteBytesPerSecond: rate('davit_instance_disk_written_bytes_total'),
    requestsPerSecond: rate('davit_route_requests_total'),
    errorRate: `${rate('davit_route_responses_total', ',class="5xx"')} / ${rate('davit_route_responses_total')}`,
    latencyP50Ms: latency(0.5),
    latencyP95Ms: latency(0.95),
    latencyP99Ms: latency(0.99),
    instances: `count(${select('davit_instance_memory_bytes')})`,
  };
}

/** The figures of a Prometheus that scrapes davit (docs/guides/metrics.md). `url` has no slash at its end. */
export function createPrometheusSource(url: string): MetricsSource {
  async function series(expression: string, query: MetricsQuery, signal: AbortSignal): Promise<(number | null)[]> {
    const { from, stepSeconds, count } = query;
    // Prometheus looks back from a moment: the value of an interval is the one at its end. One that has not ended has none.
    const ended = Math.min(count, Math.floor((Date.now() / 1000 - from) / stepSeconds));
    const ends = Array.from({ length: count }, (_, index) => from + (index + 1) * stepSeconds);
    if (ended <= 0) return ends.map(() => null);
    const times = { start: from + stepSeconds, end: from + ended * stepSeconds, step: stepSeconds };
    const values = await queryRange(url, { expression, ...times }, signal);
    return ends.map((end) => values.get(end) ?? null);
  }

  return {
    name: 'prometheus',
    async read(query, signal) {
      const entries = await Promise.all(
        Object.entries(expressions(query.serviceId, query.stepSeconds)).map(
          async ([name, expression]) => [name, await series(expression, query, signal)] as const,
        ),
      );
      return Object.fromEntries(entries) as unknown as MetricSeries;
    },
  };
}
