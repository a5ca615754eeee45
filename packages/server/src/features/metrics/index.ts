export { createMetricCollector } from './metric-collector.ts';
export { createMetricRecorder } from './metric-recorder.ts';
export { registerMetricRoutes } from './metric-routes.ts';
export { createMetricService } from './metric-service.ts';
export { createOwnMetricsSource } from './own-metrics-source.ts';
export { registerScrapeRoutes } from './scrape-routes.ts';
export { createScrapeTargets } from './scrape-targets.ts';
export { createUsageReader } from './usage-reader.ts';
