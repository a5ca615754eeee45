export { registerMetricRoutes } from './metric-routes.ts';
export { createMetricService, type MetricService } from './metric-service.ts';
export { createOwnMetricsSource, type Sparkline } from './own-metrics-source.ts';
