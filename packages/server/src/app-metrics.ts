import { createMetricService, createOwnMetricsSource } from './features/metrics/index.ts';
import type { ServiceService } from './features/services/index.ts';
import { systemClock } from './kernel/clock.ts';
import type { Db } from './platform/db/database.ts';

export interface AppMetricsOptions {
  db: Db;
  services: ServiceService;
}

/** What services use: collected, kept, read. */
export function createAppMetrics({ db, services }: AppMetricsOptions) {
  const source = createOwnMetricsSource(db);
  return { metrics: createMetricService({ db, services, source, clock: systemClock }) };
}
