export { registerProjectEventRoutes } from './project-event-routes.ts';
export { createProjectEvents } from './project-event-service.ts';
