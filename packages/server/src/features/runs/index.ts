export { registerRunRoutes } from './run-routes.ts';
