import { join } from 'node:path';
import type { Builder } from './adapters/builder/builder.ts';
import type { GitSource } from './adapters/source/git-source.ts';
import type { AppJobsOptions } from './app-jobs.ts';
import { boundLog } from './bounded-log.ts';
import type { Config } from './config/config.ts';
import { createBuildRetention, removeOldRuns } from './features/deployments/index.ts';
import { removeOldPlatformAudit } from './features/organizations/index.ts';
import type { UploadService } from './features/uploads/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Db } from './platform/db/database.ts';
import type { RateStore } from './platform/http/rate-store.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppCleanupsOptions {
  config: Config;
  db: Db;
  clock: Clock;
  engine: RunEngine;
  uploads: UploadService;
  gitSource: GitSource;
  builder: Builder;
  tidyModules: (now: Date, signal: AbortSignal) => Promise<void>;
  rateStore: RateStore;
  platform: { tidyBackups(signal: AbortSignal): Promise<void> };
}

const dayMs = 86_400_000;
/** For as long as somebody may ask what happened to a service that is deleted. */
const runDays = 90;

/** What is cleared away by the hour: everything that grows by itself and that nothing else ends. */
export function createAppCleanups(options: AppCleanupsOptions): AppJobsOptions['cleanups'] {
  const { config, db, clock, engine, uploads, gitSource, builder, rateStore, platform } = options;
  const { dataDir } = config.paths;
  const builds = createBuildRetention({ db, builder });
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * dayMs);
  return [
    { name: 'run output', clean: () => engine.removeOldOutput(daysAgo(config.runOutputDays)) },
    { name: 'runs', clean: () => removeOldRuns(db, daysAgo(Math.max(runDays, config.runOutputDays))) },
    { name: 'audit log', clean: () => removeOldPlatformAudit(db, daysAgo(config.platformAuditDays)) },
    { name: 'uploads', clean: () => uploads.removeUnused(clock.now()) },
    { name: 'git copies', clean: (signal) => gitSource.tidy(signal) },
    { name: 'toolchains and download caches', clean: (signal) => builds.tidy(signal) },
    { name: 'modules', clean: (signal) => options.tidyModules(clock.now(), signal) },
    { name: 'backups that were cut off', clean: (signal) => platform.tidyBackups(signal) },
    { name: 'rate limits', clean: () => rateStore.sweep() },
    // Under a service manager neither file is there.
    { name: 'agent log', clean: () => boundLog(join(dataDir, 'agent', 'agent.log')) },
    { name: 'server log', clean: () => boundLog(join(dataDir, 'server.log')) },
  ];
}
