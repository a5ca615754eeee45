export { createDeletionRunKinds } from './deletion-runs.ts';
export { createDeletionService } from './deletion-service.ts';
