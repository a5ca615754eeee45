export { type Service, type ServiceSource, type SourceCredential, sourceCredential } from './service.ts';
export { serviceErrors } from './service-errors.ts';
export { registerServiceRoutes } from './service-routes.ts';
export { createServiceService, type ServiceService } from './service-service.ts';
export { type ServiceSettings, serviceSettings } from './service-settings.ts';
export {
  deleteServiceRow,
  findNextCronTime,
  findService,
  findServiceForUpdate,
  listAllServices,
  listDueCronServices,
  type ServiceRow,
  takeCronTime,
  updateService,
} from './service-store.ts';
