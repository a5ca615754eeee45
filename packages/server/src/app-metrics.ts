import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { createPrometheusSource } from './adapters/metrics-source/prometheus/prometheus-source.ts';
import type { Proxy } from './adapters/proxy/proxy.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import { registerServiceGauge } from './app-service-metrics.ts';
import type { Config } from './config/config.ts';
import {
  createMetricCollector,
  createMetricRecorder,
  createMetricService,
  createOwnMetricsSource,
  createScrapeTargets,
  createUsageReader,
  registerScrapeRoutes,
} from './features/metrics/index.ts';
import { createServiceHealth } from './features/overview/index.ts';
import type { ServiceService } from './features/services/index.ts';
import { systemClock } from './kernel/clock.ts';
import type { Db } from './platform/db/database.ts';

export interface AppMetricsOptions {
  config: Config;
  db: Db;
  services: ServiceService;
  runtime: Runtime;
  proxy: Proxy;
  registry: Registry;
  readonly hostOf: (hostLabel: string) => string;
}

const everywhere = new Set(['0.0.0.0', '::', 'localhost']);

/** Where a program of this machine reaches the server; undefined before it listens. */
function scrapeAddress({ http }: Config, server: FastifyInstance | undefined): URL | undefined {
  const listening = server?.server.address();
  if (typeof listening !== 'object' || listening === null) return undefined;
  if (http.baseUrl !== undefined) return new URL(http.baseUrl);
  const host = everywhere.has(http.host) ? '127.0.0.1' : http.host;
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`);
}

/** What services use: collected, kept, read, and offered to Prometheus. */
export function createAppMetrics({ config, db, services, runtime, proxy, registry, hostOf }: AppMetricsOptions) {
  const { url, targetsDir: folder } = config.prometheus;
  const clock = systemClock;
  const source = url === undefined ? createOwnMetricsSource(db) : createPrometheusSource(url);
  const health = createServiceHealth({ db, list: (kind, signal) => runtime.list(signal, { kind }) });
  registerServiceGauge(registry, (signal) => health.look(signal));
  let server: FastifyInstance | undefined;
  const targets =
    folder === undefined
      ? undefined
      : createScrapeTargets({ db, runtime, folder, address: () => scrapeAddress(config, server), hostOf });
  return {
    metrics: createMetricService({ db, services, source, clock }),
    /** Jobs, each of which says in how many milliseconds it wants to be called again. */
    jobs: {
      metrics: createMetricCollector({ recorder: createMetricRecorder(db), runtime, proxy, clock }),
      ...(targets && { targets }),
    },
    /** For Prometheus, when it is told of targets. */
    registerScrapeRoutes(app: FastifyInstance): void {
      server = app;
      if (targets !== undefined) registerScrapeRoutes(app, { reader: createUsageReader({ runtime, proxy }), targets });
    },
  };
}
