export { readOutputPage } from './read-output-page.ts';
export { outputPage, outputQuery, runEndFields, runSchema } from './run.ts';
export { presentRun, presentRunEnd } from './run-presenter.ts';
export { registerRunRoutes } from './run-routes.ts';
export { createRunStream, runStreamQuery } from './run-stream.ts';
