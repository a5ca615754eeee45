export { isOwnBackup, oldAfterMs } from './backup.ts';
export { createBackupMaker } from './backup-maker.ts';
export { registerBackupRoutes } from './backup-routes.ts';
export { createBackupRunKind } from './backup-runs.ts';
export { createBackupService } from './backup-service.ts';
export { type Adaptation, adaptRestored, placeOfExtra } from './backup-store.ts';
