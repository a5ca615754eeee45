export { removeBuildLeftovers } from './build-leftovers.ts';
export { registerRegistryRoutes } from './registry-routes.ts';
export { registerStorageRoutes } from './storage-routes.ts';
export { type Collection, createCollectRunKind } from './storage-runs.ts';
export { createStorageMeter, createStorageService } from './storage-service.ts';
