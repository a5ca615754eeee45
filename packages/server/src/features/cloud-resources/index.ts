export { type Checkpoint, checkpointSchema, listCheckpoints } from './checkpoint-list.ts';
export {
  deleteCheckpoints,
  hasResources,
  isNewest,
  newestVersion,
  pruneCheckpoints,
  readCheckpoint,
  saveCheckpoint,
} from './checkpoint-store.ts';
export { cloudResourceErrors } from './cloud-resource-errors.ts';
export { registerCloudResourceRoutes } from './cloud-resource-routes.ts';
export { type CloudResourceService, createCloudResourceService, passphrasePlace } from './cloud-resource-service.ts';
export {
  type CloudResourceRow,
  findCloudResource,
  lockCloudResource,
  updateCloudResource,
} from './cloud-resource-store.ts';
export { deleteDrift, saveDrift } from './drift-store.ts';
export { replaceOutputs } from './output-store.ts';
export { createResourceOutputs } from './resource-outputs.ts';
export { completeTarget } from './stack-input.ts';
