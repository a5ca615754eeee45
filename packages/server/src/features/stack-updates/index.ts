export { registerCloudResourceRpc } from './cloud-resource-rpc.ts';
export { createModuleFolders } from './module-folders.ts';
export { registerStackUpdateRoutes } from './stack-update-routes.ts';
export { registerStackUpdateRpc } from './stack-update-rpc.ts';
export { createStackRunKinds } from './stack-update-runs.ts';
export { createStackUpdateService } from './stack-update-service.ts';
