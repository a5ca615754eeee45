export { type Kind, type Provider } from './kind.ts';
export { registerKindRoutes } from './kind-routes.ts';
export { createKindService, type KindService } from './kind-service.ts';
