export { readOutputPage } from './read-output-page.ts';
export { outputPage, outputQuery } from './run.ts';
export { registerRunRoutes } from './run-routes.ts';
