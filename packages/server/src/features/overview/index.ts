export { registerOverviewRoutes } from './overview-routes.ts';
export { createOverviewService, type OverviewSources } from './overview-service.ts';
export { createResourceOverviewService } from './resource-overview-service.ts';
export { isUp } from './service-status.ts';
