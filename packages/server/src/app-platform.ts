import type { AgentClient } from '@davit/agent/client';
import type { EngineClient } from '@davit/agent/engine';
import type { FastifyInstance } from 'fastify';
import { createFolderStore } from './adapters/object-store/folder/folder-store.ts';
import type { ObjectStore } from './adapters/object-store/object-store.ts';
import { createS3Store } from './adapters/object-store/s3/s3-store.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import { pushRegistryOf } from './app-builder.ts';
import type { AppJobsOptions } from './app-jobs.ts';
import { createAppStorage } from './app-storage.ts';
import type { Config } from './config/config.ts';
import { findRootKeys, type Secrets } from './config/secret-files.ts';
import type { BackupTarget } from './config/setting.ts';
import {
  createBackupMaker,
  createBackupRunKind,
  createBackupService,
  registerBackupRoutes,
} from './features/backups/index.ts';
import { examineAll, type Finding, registerDoctorRoutes } from './features/doctor/index.ts';
import { registerRegistryRoutes, registerStorageRoutes } from './features/storage/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import { createRootKeys } from './platform/crypto/root-keys.ts';
import type { Database } from './platform/db/database.ts';
import { readMigrations } from './platform/db/migrate.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppPlatformOptions {
  config: Config;
  agent: AgentClient;
  /** Undefined: services are plain processes only. */
  engine: EngineClient | undefined;
  runtime: Runtime;
  hostEnvironment: Readonly<Record<string, string>>;
  database: Database;
  secrets: Pick<Secrets, 'rootKey'>;
  clock: Clock;
  version: string;
  logger: Logger;
  /** What is cleared away by the hour. */
  readonly cleanups: () => AppJobsOptions['cleanups'];
}

/** Where backups are kept. */
export function openBackupStore(target: BackupTarget, { s3 }: Config['backups']): ObjectStore {
  if (target.type === 'folder') return createFolderStore({ folder: target.folder });
  const { accessKeyId = '', secretAccessKey = '', ...place } = s3;
  return createS3Store({
    bucket: { ...place, bucket: target.bucket, accessKeyId, secretAccessKey },
    prefix: target.prefix,
  });
}

/** What makes backups of this database, by whichever root key it has when it is asked. */
export function createAppBackupMaker(
  options: Pick<AppPlatformOptions, 'config' | 'database' | 'version'> & { rootKey: Uint8Array },
) {
  const { config, database, version } = options;
  const rootKeys = createRootKeys(options.rootKey, () => findRootKeys(config));
  return createBackupMaker({
    pool: database.pool,
    dataDir: config.paths.dataDir,
    version,
    currentRootKey: () => rootKeys.current(database.db),
  });
}

/** What concerns the whole installation, and its operators only. */
export function createAppPlatform(options: AppPlatformOptions) {
  const { config, database, clock, logger } = options;
  const { target, schedule, keep } = config.backups;
  const store = openBackupStore(target, config.backups);
  const { rootKey } = options.secrets;
  const rootKeys = createRootKeys(rootKey, () => findRootKeys(config));

  async function examine(): Promise<Finding[]> {
    // Loaded with the first question: an idle server has no use for it.
    const { createDoctorChecks } = await import('./app-doctor.ts');
    const checks = createDoctorChecks({
      ...options,
      pool: database.pool,
      store,
      listInstances: (kind, signal) => options.runtime.list(signal, { kind }),
      migrations: await readMigrations(),
      findRootKey: () => rootKeys.current(database.db),
    });
    return await examineAll(checks);
  }

  const storage = createAppStorage({ ...options, db: database.db });

  const servicesOf = (engine: RunEngine) =>
    createBackupService({ db: database.db, pool: database.pool, engine, store, schedule, keep, clock, logger });
  const maker = createAppBackupMaker({ ...options, rootKey });
  return {
    runKinds: [createBackupRunKind({ maker, store, keep }), storage.runKind],
    jobsOf: (engine: RunEngine) => ({ 'backups of the platform': servicesOf(engine) }),
    /** What backups that were killed have left. */
    tidyBackups: (signal: AbortSignal) => maker.tidy(store, signal),
    registerRoutes(scope: FastifyInstance, engine: RunEngine): void {
      registerBackupRoutes(scope, { backups: servicesOf(engine), engine });
      registerDoctorRoutes(scope, { examine });
      registerRegistryRoutes(scope, pushRegistryOf(config));
      registerStorageRoutes(scope, { storage: storage.serviceOf(engine) });
    },
  };
}
