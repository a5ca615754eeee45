export { registerVariableRoutes } from './variable-routes.ts';
export { createVariableService, type VariableService } from './variable-service.ts';
