import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import type { EngineClient } from '@davit/agent/engine';
import { createEngineImageShelf } from './adapters/builder/dockerfile/engine-image-shelf.ts';
import { createFolderCaches } from './adapters/builder/plan/folder-caches.ts';
import { duUsage } from './adapters/disk/du/du-usage.ts';
import type { AppJobsOptions } from './app-jobs.ts';
import type { Config } from './config/config.ts';
import { readBuildUse } from './features/deployments/index.ts';
import {
  type Collection,
  createCollectRunKind,
  createStorageMeter,
  createStorageService,
  removeBuildLeftovers,
} from './features/storage/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Db } from './platform/db/database.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppStorageOptions {
  config: Config;
  db: Db;
  clock: Clock;
  agent: AgentClient;
  /** Undefined: services are plain processes only. */
  engine: EngineClient | undefined;
  /** What is cleared away by the hour, too. */
  readonly cleanups: () => AppJobsOptions['cleanups'];
}

/** What takes room on this machine, and what frees it. */
export function createAppStorage({ config, db, clock, agent, engine, cleanups }: AppStorageOptions) {
  const { dataDir, buildDir } = config.paths;
  const { target } = config.backups;
  const removeFolder = (path: string, signal: AbortSignal) => agent.removeFolder(path, signal);
  const toolchains = join(dataDir, 'toolchains');
  const caches = createFolderCaches({ folders: { cache: join(dataDir, 'cache'), toolchains }, removeFolder });
  const folders = {
    dataDir,
    buildDir,
    toolchains,
    sources: join(dataDir, 'sources'),
    uploads: join(dataDir, 'uploads'),
    logs: join(dataDir, 'agent', 'logs'),
    cloudResources: ['modules', 'stacks', 'pulumi'].map((name) => join(dataDir, name)),
    backups: target.type === 'folder' ? target.folder : undefined,
    database: config.database.url === undefined ? join(dataDir, 'postgres') : undefined,
  };
  const installation = async () => (await agent.info()).id;
  const images = engine && createEngineImageShelf(engine, installation);
  const shelf = images && { place: config.docker.host, images };
  const meter = createStorageMeter({ db, clock, usage: duUsage, caches, shelf, folders });
  const leftovers = (signal: AbortSignal) => removeBuildLeftovers({ db, buildDir, removeFolder, signal });
  const collections = (): Collection[] => [
    { name: 'folders of builds', collect: leftovers },
    {
      name: 'dependency caches',
      collect: async (signal) => caches.empty((await readBuildUse(db)).busy, signal),
    },
    ...cleanups().map(({ name, clean }) => ({ name, collect: clean })),
  ];
  return {
    runKind: createCollectRunKind({ measure: meter.now, collections }),
    serviceOf: (runs: RunEngine) => createStorageService({ db, engine: runs, meter, folders }),
  };
}
