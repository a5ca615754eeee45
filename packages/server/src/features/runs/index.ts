export { readOutputPage } from './read-output-page.ts';
export { outputPage, outputQuery, runSchema } from './run.ts';
export { presentRun } from './run-presenter.ts';
export { registerRunRoutes } from './run-routes.ts';
