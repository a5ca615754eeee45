import type { MetricSeries, MetricsSource } from '../../adapters/metrics-source/metrics-source.ts';
import { percentileMs } from '../../adapters/proxy/latency-histogram.ts';
import type { Db } from '../../platform/db/database.ts';
import { ranges } from './metric.ts';
import { type IntervalRow, type Intervals, readIntervals, readUse, type UseRow } from './metric-read-store.ts';

/** What an overview shows of a service. */
export interface Sparkline {
  cpuCores: (number | null)[];
  requestsPerSecond: (number | null)[];
}

// Digits beyond these are noise, and most of the answer's size.
const round = (value: number) => Number(value.toPrecision(6));

const rate = (sum: number | null, seconds: number | null, unit = 1) =>
  sum === null || seconds === null || seconds <= 0 ? null : round(sum / unit / seconds);

const rounded = (value: number | null, digits = 0) => (value === null ? null : Number(value.toFixed(digits)));

function errorRate({ errors, responses }: IntervalRow): number | null {
  return errors === null || responses === null || responses === 0 ? null : round(errors / responses);
}

const percentile = ({ latency }: IntervalRow, share: number) => {
  const value = latency === null ? null : percentileMs(latency, share);
  return value === null ? null : round(value);
};

/** What small charts show, and large ones too. */
const use = {
  cpuCores: (row: UseRow) => rate(row.cpuMs, row.seconds, 1000),
  requestsPerSecond: (row: UseRow) => rate(row.requests, row.seconds),
};

/** What each series takes from the sums of one interval. */
const values: { [Name in keyof MetricSeries]: (row: IntervalRow) => number | null } = {
  ...use,
  memoryBytes: (row) => rounded(row.memoryBytes),
  networkInBytesPerSecond: (row) => rate(row.networkInBytes, row.seconds),
  networkOutBytesPerSecond: (row) => rate(row.networkOutBytes, row.seconds),
  diskReadBytesPerSecond: (row) => rate(row.diskReadBytes, row.seconds),
  diskWriteBytesPerSecond: (row) => rate(row.diskWriteBytes, row.seconds),
  errorRate,
  latencyP50Ms: (row) => percentile(row, 0.5),
  latencyP95Ms: (row) => percentile(row, 0.95),
  latencyP99Ms: (row) => percentile(row, 0.99),
  instances: (row) => rounded(row.instances, 1),
};

function spread<Row extends UseRow>(rows: readonly Row[], count: number, valueOf: (row: Row) => number | null) {
  const filled = Array.from({ length: count }, (): number | null => null);
  for (const row of rows) if (row.interval < count) filled[row.interval] = valueOf(row);
  return filled;
}

/** Rows of one service as series; an interval without a row is a gap. */
function toSeries(rows: readonly IntervalRow[], count: number): MetricSeries {
  const entries = Object.entries(values).map(([name, valueOf]) => [name, spread(rows, count, valueOf)]);
  return Object.fromEntries(entries) as MetricSeries;
}

/** davit's own figures, from PostgreSQL. */
export function createOwnMetricsSource(db: Db): MetricsSource {
  return {
    name: 'davit',
    async read({ organizationId, serviceId, ...intervals }) {
      const range = Object.values(ranges).find(({ stepSeconds }) => stepSeconds === intervals.stepSeconds);
      const resolution = range?.stored ?? 15;
      const rows = await readIntervals(db, { organizationId, serviceIds: [serviceId], resolution, ...intervals });
      return toSeries(rows, intervals.count);
    },
  };
}

/** Small charts of many services by one query. A service without figures has gaps only. */
export async function sparklinesOf(
  db: Db,
  organizationId: string,
  serviceIds: readonly string[],
  intervals: Intervals,
): Promise<Map<string, Sparkline>> {
  const rows =
    serviceIds.length === 0 ? [] : await readUse(db, { organizationId, serviceIds, resolution: 60, ...intervals });
  const byService = Map.groupBy(rows, ({ serviceId }) => serviceId);
  return new Map(
    serviceIds.map((serviceId) => {
      const own = byService.get(serviceId) ?? [];
      const { count } = intervals;
      return [
        serviceId,
        { cpuCores: spread(own, count, use.cpuCores), requestsPerSecond: spread(own, count, use.requestsPerSecond) },
      ];
    }),
  );
}
