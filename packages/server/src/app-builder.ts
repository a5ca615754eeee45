import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import type { EngineClient } from '@davit/agent/engine';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { admitBuilds } from './adapters/builder/build-admission.ts';
import type { Builder, FolderBuilder } from './adapters/builder/builder.ts';
import { defaultBaseImages } from './adapters/builder/dockerfile/base-images.ts';
import { createImageBuilder } from './adapters/builder/dockerfile/image-builder.ts';
import type { ImagePlan } from './adapters/builder/dockerfile/image-plan.ts';
import { findImageObstacle } from './adapters/builder/dockerfile/prepare-image.ts';
import { createRailpack } from './adapters/builder/dockerfile/railpack/create-railpack.ts';
import { createMixedBuilder } from './adapters/builder/mixed-builder.ts';
import { createPlanBuilder } from './adapters/builder/plan/plan-builder.ts';
import type { Executor } from './adapters/executor/executor.ts';
import { removeCommands } from './adapters/executor/remove-commands.ts';
import { createDistributionRegistry } from './adapters/image-registry/distribution/distribution-registry.ts';
import type { ImageRegistry } from './adapters/image-registry/image-registry.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import { createBuildMeter } from './app-build-metrics.ts';
import { createHostRefusal, createOperatorFetch, type HostJudges } from './app-network.ts';
import type { Config } from './config/config.ts';
import { isInherited } from './platform/backup/restored-mark.ts';
import type { Database } from './platform/db/database.ts';

export interface AppBuilderOptions extends HostJudges {
  config: Config;
  database: Database;
  executor: Executor;
  agent: AgentClient;
  /** Plain processes, whose view builds have. */
  processes: Runtime;
  /** What runs the services; undefined: plain processes do. */
  engine: EngineClient | undefined;
  hostEnvironment: Readonly<Record<string, string>>;
  /** Takes the figures about builds. */
  registry: Registry;
}

/** The registry of REGISTRY_URL. */
export function pushRegistryOf({ images: { registry }, paths: { extraCaFile } }: Config) {
  if (registry === undefined) return undefined;
  const { host, pathname, protocol, origin } = new URL(registry.url);
  const path = pathname.replaceAll(/^\/|\/$/g, '') || 'davit';
  const login = { username: registry.username ?? '', password: registry.password ?? '' };
  const fetch = createOperatorFetch(extraCaFile);
  const images: ImageRegistry = createDistributionRegistry({ origin, path, ...login, fetch });
  return { ...login, server: host, prefix: `${host}/${path}`, isPlainHttp: protocol === 'http:', images };
}

const engineInfo = z.object({ DockerRootDir: z.string() });

/** Where an engine of this machine keeps images; undefined while it does not say, or where that is not of this machine. */
export async function findImageFolder(
  engine: EngineClient,
  dockerHost: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!dockerHost.startsWith('unix:')) return undefined;
  const info = engineInfo.safeParse(await engine.call('/info', { signal }).catch(() => undefined));
  return info.success && existsSync(info.data.DockerRootDir) ? info.data.DockerRootDir : undefined;
}

/** Where builds are made, and where the engine of this machine keeps images: it is asked until it has answered once. */
export function createBuildDisks({ paths: { buildDir }, docker }: Config, engine: EngineClient | undefined) {
  let imageFolder: string | undefined;
  return async (signal: AbortSignal): Promise<string[]> => {
    if (engine !== undefined) imageFolder ??= await findImageFolder(engine, docker.host, signal);
    return imageFolder === undefined ? [buildDir] : [buildDir, imageFolder];
  };
}

/** What builds for this machine itself, and what builds for services: images where containers run. */
export function createAppBuilders(options: AppBuilderOptions): { planBuilder: FolderBuilder; builder: Builder } {
  const { config, executor, agent, processes, engine, hostEnvironment } = options;
  const { dataDir, extraCaFile } = config.paths;
  const planBuilder = createPlanBuilder({
    executor,
    folders: { cache: join(dataDir, 'cache'), toolchains: join(dataDir, 'toolchains') },
    hostEnvironment,
    extraCaFile,
    seesPrivateFolders: async (signal) => (await processes.describe(signal)).isolation !== 'user',
    removeFolder: (path, signal) => agent.removeFolder(path, signal),
  });
  const admit = (builder: Builder) =>
    admitBuilds(builder, {
      ...config.builds,
      meter: createBuildMeter(options.registry),
      folders: createBuildDisks(config, engine),
      end: (buildId, signal) => removeCommands(executor, `${buildId}-`, signal),
      isUnderWay: async (buildId, signal) =>
        (await executor.list(signal)).some(({ id }) => id.startsWith(`${buildId}-`)),
    });
  if (engine === undefined) return { planBuilder, builder: admit(planBuilder) };
  const baseImages = { ...defaultBaseImages, ...config.images.baseImages };
  const registry = pushRegistryOf(config);
  const ownHosts = [registry?.server, ...Object.values(baseImages).map((image) => image.split('/')[0])];
  const own = new Set(ownHosts.flatMap((host) => host?.replace(/:\d+$/, '') ?? []));
  const refusalOf = createHostRefusal(options, own);
  const cacheFolder = join(dataDir, 'cache');
  const removeFolder = (path: string, signal: AbortSignal) => agent.removeFolder(path, signal);
  const railpack = createRailpack({
    executor,
    cacheFolder,
    hostEnvironment,
    extraCaFile,
    refusalOf,
    removeFolder,
    hasOwnTemporaryFolder: async (signal) => (await processes.describe(signal)).isolation === 'sandbox',
  });
  const images = createImageBuilder({
    executor,
    engine,
    dockerHost: config.docker.host,
    buildkitAddress: config.images.buildkitAddress,
    registry,
    baseImages,
    cacheFolder,
    installation: async () => (await agent.info()).id,
    isInherited: (id) => isInherited(options.database.db, id),
    hostEnvironment,
    extraCaFile,
    refusalOf,
    railpack,
    lentGroups: async () => {
      const { lentGroups } = await agent.info();
      return lentGroups !== undefined && 'path' in lentGroups ? lentGroups.path : undefined;
    },
    removeFolder,
  });
  const builder = createMixedBuilder<ImagePlan>({
    images,
    folders: planBuilder,
    findObstacle: (request, plan) => findImageObstacle(request, plan, baseImages),
    mayBeFolder: config.runtime === 'auto',
  });
  return { planBuilder, builder: admit(builder) };
}
