export type { GitReference, Service, ServiceSource, SourceCredential } from './service.ts';
export { serviceErrors } from './service-errors.ts';
export { registerServiceRoutes } from './service-routes.ts';
export { createServiceService, type RuntimeAbilities, type ServiceService } from './service-service.ts';
export { type ServiceSettings, serviceSettings } from './service-settings.ts';
export { findService, findServiceForUpdate, type ServiceRow, updateService } from './service-store.ts';
