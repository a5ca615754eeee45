export { resourceName } from './project.ts';
export { projectErrors } from './project-errors.ts';
export { registerProjectRoutes } from './project-routes.ts';
export { createProjectService, type ProjectService } from './project-service.ts';
