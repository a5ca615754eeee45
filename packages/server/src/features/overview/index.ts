export { registerOverviewRoutes } from './overview-routes.ts';
export { createOverviewService, type OverviewSources } from './overview-service.ts';
export { createResourceOverviewService } from './resource-overview-service.ts';
export { createServiceCheck } from './service-check.ts';
export { createServiceHealth, type ServiceHealth } from './service-health.ts';
export { isUp } from './service-status.ts';
