/** Which service, and which intervals: `count` of them, each `stepSeconds` long, the first beginning at `from` (Unix seconds). */
export interface MetricsQuery {
  organizationId: string;
  serviceId: string;
  from: number;
  stepSeconds: number;
  count: number;
}

type Values = (number | null)[];

/** One value for each interval that was asked for; null where nothing is known. */
export interface MetricSeries {
  cpuCores: Values;
  memoryBytes: Values;
  networkInBytesPerSecond: Values;
  networkOutBytesPerSecond: Values;
  diskReadBytesPerSecond: Values;
  diskWriteBytesPerSecond: Values;
  requestsPerSecond: Values;
  /** 0 to 1. */
  errorRate: Values;
  latencyP50Ms: Values;
  latencyP95Ms: Values;
  latencyP99Ms: Values;
  instances: Values;
}

/** Where the figures of a service are kept. */
export interface MetricsSource {
  readonly name: 'davit' | 'prometheus';
  /** @throws AppError METRICS_UNAVAILABLE when they cannot be read now */
  read(query: MetricsQuery, signal: AbortSignal): Promise<MetricSeries>;
}
