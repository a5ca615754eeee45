export { createModuleFolders } from './module-folders.ts';
export { registerStackUpdateRoutes } from './stack-update-routes.ts';
export { createStackRunKinds } from './stack-update-runs.ts';
export { createStackUpdateService } from './stack-update-service.ts';
