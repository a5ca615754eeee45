import type { Proxy } from './adapters/proxy/proxy.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import {
  createMetricCollector,
  createMetricRecorder,
  createMetricService,
  createOwnMetricsSource,
} from './features/metrics/index.ts';
import type { ServiceService } from './features/services/index.ts';
import { systemClock } from './kernel/clock.ts';
import type { Db } from './platform/db/database.ts';

export interface AppMetricsOptions {
  db: Db;
  services: ServiceService;
  runtime: Runtime;
  proxy: Proxy;
}

/** What services use: collected, kept, read. */
export function createAppMetrics({ db, services, runtime, proxy }: AppMetricsOptions) {
  const source = createOwnMetricsSource(db);
  return {
    metrics: createMetricService({ db, services, source, clock: systemClock }),
    collector: createMetricCollector({ recorder: createMetricRecorder(db), runtime, proxy, clock: systemClock }),
  };
}
