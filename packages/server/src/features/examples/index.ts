export { registerExampleRoutes } from './example-routes.ts';
export { createExampleService } from './example-service.ts';
