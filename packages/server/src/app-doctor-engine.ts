import { readdir, statfs } from 'node:fs/promises';
import type { AgentClient } from '@davit/agent/client';
import type { Pool } from 'pg';
import { describeBuildkit } from './adapters/builder/dockerfile/describe-buildkit.ts';
import { describeBuildCache, measureBuildCache } from './adapters/builder/dockerfile/engine-build-cache.ts';
import { findLimitObstacle } from './adapters/builder/dockerfile/find-limit-obstacle.ts';
import { createDockerRuntime } from './adapters/runtime/docker/docker-runtime.ts';
import { parseSubnet } from './adapters/runtime/docker/free-subnet.ts';
import { lookAtNetworkIsolation, type NetworkIsolation } from './adapters/runtime/docker/network-isolation.ts';
import { createProcessRuntime } from './adapters/runtime/process/process-runtime.ts';
import type { RootKind, RuntimeInstance } from './adapters/runtime/runtime.ts';
import { findImageFolder } from './app-builder.ts';
import { findEngine } from './app-runtime.ts';
import type { Config } from './config/config.ts';
import { hasActiveImage } from './features/deployments/index.ts';
import type { Tool } from './features/doctor/index.ts';
import { silentLogger } from './kernel/logger.ts';
import { queriesOver } from './platform/db/database.ts';

export interface EngineToolOptions {
  config: Config;
  /** Undefined: the embedded PostgreSQL does not run. */
  pool: Pool | undefined;
  agent: AgentClient;
  hostEnvironment: Readonly<Record<string, string>>;
}

async function engineVersion(config: Config): Promise<string> {
  const engine = await findEngine(config);
  engine.close();
  return `It answers at ${config.docker.host}.`;
}

/** What holds for steps of images. @throws Error with why nothing holds */
async function buildLimits(
  { config, agent, hostEnvironment }: EngineToolOptions,
  signal: AbortSignal,
): Promise<string> {
  const engine = await findEngine(config);
  try {
    const { lentGroups } = await agent.info(signal);
    const noGroups = lentGroups === undefined ? 'The agent is of before there were any.' : undefined;
    const obstacle = await findLimitObstacle(
      {
        noGroups: lentGroups !== undefined && 'missing' in lentGroups ? lentGroups.missing : noGroups,
        buildkitAddress: config.images.buildkitAddress,
        engine,
        path: hostEnvironment['PATH'],
      },
      signal,
    );
    if (obstacle !== undefined) throw new Error(obstacle);
    return 'Memory and CPU of their steps can be limited.';
  } finally {
    engine.close();
  }
}

/** How much the engine keeps of builds. @throws Error when that is more than one that collects would keep */
async function buildCache(config: Config, signal: AbortSignal): Promise<string> {
  const engine = await findEngine(config).catch(() => undefined);
  // A finding of its own, where one is wanted.
  if (engine === undefined) return 'Not looked at: no engine answers.';
  try {
    const folder = await findImageFolder(engine, config.docker.host, signal);
    const disk = folder === undefined ? undefined : await statfs(folder);
    return describeBuildCache(await measureBuildCache(engine, signal), disk && disk.blocks * disk.bsize);
  } finally {
    engine.close();
  }
}

/** Where the engine keeps images; undefined where there is none, or it does not answer. */
export async function imageFolderOf(config: Config, signal: AbortSignal): Promise<string | undefined> {
  if (config.runtime === 'process') return undefined;
  const engine = await findEngine(config).catch(() => undefined);
  if (engine === undefined) return undefined;
  try {
    return await findImageFolder(engine, config.docker.host, signal);
  } finally {
    engine.close();
  }
}

/** Instances without a server: by the agent and the engine themselves, which are asked to do nothing. */
export function createInstanceList({ config, agent }: Pick<EngineToolOptions, 'config' | 'agent'>) {
  const networkPool = parseSubnet(config.docker.networks);
  const nothing = async () => undefined;
  return async (kind: RootKind, signal: AbortSignal): Promise<readonly RuntimeInstance[]> => {
    if (kind === 'folder' || networkPool === undefined) return await createProcessRuntime(agent).list(signal);
    const engine = await findEngine(config);
    const installation = async () => (await agent.info(signal)).id;
    const idle = { authOf: nothing, drainLogs: nothing, say: nothing, logger: silentLogger };
    try {
      return await createDockerRuntime({ engine, installation, networkPool, ...idle }).list(signal);
    } finally {
      engine.close();
    }
  };
}

type NetworkOptions = Pick<EngineToolOptions, 'agent' | 'hostEnvironment'> & {
  config: Pick<Config, 'runtime' | 'docker'>;
  /** Of the network that `iptables` shows the firewall of; default this machine's. */
  listInterfaces?: () => Promise<string[]>;
};

const ownInterfaces = () => readdir('/sys/class/net').catch(() => []);

/** How environments are kept apart; undefined where it cannot be looked at, or there is no engine that answers. */
export async function networkIsolationOf(
  { config, agent, hostEnvironment, listInterfaces = ownInterfaces }: NetworkOptions,
  signal: AbortSignal,
): Promise<NetworkIsolation | undefined> {
  if (config.runtime === 'process') return undefined;
  const engine = await findEngine(config).catch(() => undefined);
  try {
    if (engine === undefined) return undefined;
    const { id: installation } = await agent.info(signal);
    const question = { engine, installation, path: hostEnvironment['PATH'], listInterfaces };
    return await lookAtNetworkIsolation(question, signal);
  } catch {
    // No iptables, no right to read its rules, or an agent that does not answer, which is a finding of its own.
    return undefined;
  } finally {
    engine?.close();
  }
}

/** What containers and their images need, for the doctor; nothing where there are plain processes only. */
export function createEngineTools(options: EngineToolOptions): Tool[] {
  const { config, pool, hostEnvironment } = options;
  const { buildkitAddress } = config.images;
  if (config.runtime === 'process') return [];
  const buildkit: Tool[] =
    buildkitAddress === undefined
      ? []
      : [
          {
            check: 'builds.buildkit',
            title: 'BuildKit',
            version: (signal) => describeBuildkit(buildkitAddress, hostEnvironment['PATH'], signal),
            isNeeded: async () => true,
            mend: 'Start the buildkitd of BUILDKIT_ADDRESS, install its `buildctl` on this machine, or unset BUILDKIT_ADDRESS so that the Docker Engine builds.',
          },
        ];
  const cache: Tool = {
    check: 'builds.cache',
    title: 'Build cache of the engine',
    version: (signal) => buildCache(config, signal),
    mend: 'Turn its collector on: `"builder": {"gc": {"enabled": true, "defaultKeepStorage": "20GB"}}` in its daemon.json, then restart it. `docker builder prune` frees it once.',
  };
  return [
    {
      check: 'runtime.docker',
      title: 'Docker engine',
      version: () => engineVersion(config),
      // A database that does not answer, or has no tables yet, is a finding of its own.
      isNeeded: async () =>
        config.runtime === 'docker' ||
        (pool !== undefined && (await hasActiveImage(queriesOver(pool)).catch(() => false))),
      mend: 'Start Docker, or restart it where it hangs, and check DOCKER_HOST: containers wait for it. Where nothing is to run in containers, set RUNTIME=process.',
    },
    ...buildkit,
    // Of a buildkitd it is its operator's.
    ...(buildkitAddress === undefined ? [cache] : []),
    {
      check: 'builds.limits',
      title: 'Limits of image builds',
      version: (signal) => buildLimits(options, signal),
      mend: 'Install Docker 23 or newer with buildx, or set BUILDKIT_ADDRESS to a buildkitd of this machine. Until then a step can take all memory of the machine.',
    },
  ];
}
