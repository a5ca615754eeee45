export { outputPage, outputQuery } from './run.ts';
export { registerRunRoutes } from './run-routes.ts';
