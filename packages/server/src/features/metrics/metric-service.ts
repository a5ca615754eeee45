import type { MetricSeries, MetricsSource } from '../../adapters/metrics-source/metrics-source.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../platform/db/database.ts';
import { listDeploymentMarks } from '../deployments/index.ts';
import type { Service, ServiceService } from '../services/index.ts';
import { type Range, ranges, type ServiceMetrics } from './metric.ts';
import { type Sparkline, sparklinesOf } from './own-metrics-source.ts';

const sourceTimeoutMs = 15_000;
const sparklineStepSeconds = 120;
const sparklinePoints = 30;

export interface MetricServiceOptions {
  db: Db;
  services: ServiceService;
  source: MetricsSource;
  clock: Clock;
}

/** The limits of one instance, times as many as there are (or should be, while none is known). */
function limitsOf({ settings, defaultLimits }: Service, { instances }: MetricSeries): ServiceMetrics['limits'] {
  const count = Math.max(1, Math.round(instances.findLast((value) => value !== null) ?? settings.replicas));
  const memoryMb = settings.memoryMb ?? defaultLimits.memoryMb;
  const cpus = settings.cpus ?? defaultLimits.cpus;
  return { memoryBytes: memoryMb * 1024 * 1024 * count, cpus: cpus === null ? null : cpus * count };
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Intervals of the clock, such that the last one is under way. */
function intervalsUntil(now: Date, stepSeconds: number, count: number): number {
  const current = Math.floor(now.getTime() / 1000 / stepSeconds) * stepSeconds;
  return current - (count - 1) * stepSeconds;
}

export type MetricService = ReturnType<typeof createMetricService>;

/** Reads what services used. */
export function createMetricService({ db, services, source, clock }: MetricServiceOptions) {
  return {
    /** @throws AppError SERVICE_NOT_FOUND, METRICS_UNAVAILABLE */
    async get(organizationId: string, serviceId: string, range: Range): Promise<ServiceMetrics> {
      const service = await services.get(organizationId, serviceId);
      const { seconds, stepSeconds } = ranges[range];
      const now = clock.now();
      const count = seconds / stepSeconds;
      const from = intervalsUntil(now, stepSeconds, count);
      const query = { organizationId, serviceId, from, stepSeconds, count };
      const [series, deployments] = await Promise.all([
        source.read(query, AbortSignal.timeout(sourceTimeoutMs)),
        listDeploymentMarks(db, organizationId, serviceId, { from: new Date(from * 1000), to: now }),
      ]);
      return {
        range,
        from: iso(from),
        to: now.toISOString(),
        stepSeconds,
        source: source.name,
        timestamps: Array.from({ length: count }, (_, index) => from + index * stepSeconds),
        series,
        limits: limitsOf(service, series),
        deployments,
      };
    },

    /** The last hour of many services in 30 points each, by one query; always davit's own figures. */
    async sparklines(organizationId: string, serviceIds: readonly string[]): Promise<Map<string, Sparkline>> {
      const from = intervalsUntil(clock.now(), sparklineStepSeconds, sparklinePoints);
      const intervals = { from, stepSeconds: sparklineStepSeconds, count: sparklinePoints };
      return await sparklinesOf(db, organizationId, serviceIds, intervals);
    },
  };
}
