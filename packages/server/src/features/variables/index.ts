export { type ServiceFacts, serviceVariables } from './davit-variables.ts';
export { openVariables, releaseDigests, sealVariables } from './release-variables.ts';
export { variableChangeSchema } from './variable.ts';
export { compareDigests } from './variable-changes.ts';
export { registerVariableHistoryRoutes } from './variable-history-routes.ts';
export { registerVariableRoutes } from './variable-routes.ts';
export { createVariableService, type VariableService } from './variable-service.ts';
