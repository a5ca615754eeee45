export { creationKey, isSameCreation } from './creation-key.ts';
export { type ProjectHealth, resourceName } from './project.ts';
export { projectErrors } from './project-errors.ts';
export { type ProjectDeletion, type ProjectRouteDependencies, registerProjectRoutes } from './project-routes.ts';
export { createProjectService, type ProjectService } from './project-service.ts';
