export type { Kind } from './kind.ts';
export { registerKindRoutes } from './kind-routes.ts';
export { createKindService, type KindService } from './kind-service.ts';
export { completeManifest, type Manifest, type ReadManifest, resourceKey } from './manifest.ts';
export { deriveStackName, type StackName, StackNameFault, type StackOwner } from './stack-name.ts';
export { findValueReferences, replaceValueReferences } from './value-reference.ts';
