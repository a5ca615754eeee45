import type { AgentClient } from '@davit/agent/client';
import { createEngineClient, type EngineClient, parseDockerHost, type RegistryAuth } from '@davit/agent/engine';
import { duUsage } from './adapters/disk/du/du-usage.ts';
import type { Executor, ReleaseExecutor } from './adapters/executor/executor.ts';
import { createMixedExecutor } from './adapters/executor/mixed-executor.ts';
import { createAgentLogStore } from './adapters/log-store/agent/agent-log-store.ts';
import type { LogStore } from './adapters/log-store/log-store.ts';
import { createDockerRuntime, type DockerRuntime } from './adapters/runtime/docker/docker-runtime.ts';
import { explainEngine } from './adapters/runtime/docker/explain-engine.ts';
import { parseSubnet } from './adapters/runtime/docker/free-subnet.ts';
import { instanceLogSource } from './adapters/runtime/docker/instance-labels.ts';
import { toLogLabels } from './adapters/runtime/log-labels.ts';
import { createMixedRuntime } from './adapters/runtime/mixed-runtime.ts';
import { createProcessRuntime } from './adapters/runtime/process/process-runtime.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import { runtimeErrors } from './adapters/runtime/runtime-errors.ts';
import { createDiskJob, type DefaultLimits, findDefaultLimits, limitCommands, limitInstances } from './app-limits.ts';
import type { Config } from './config/config.ts';
import { AppError } from './kernel/app-error.ts';
import type { Logger } from './kernel/logger.ts';

const answerMs = 5000;
const drainMs = 30_000;

export interface AppRuntimeOptions {
  config: Config;
  agent: AgentClient;
  /** The same, for those who only look. */
  agentLooks: AgentClient;
  executor: Executor;
  /** Who may pull the images of a service. */
  authOf: (serviceId: string, reference: string, signal: AbortSignal) => Promise<RegistryAuth | undefined>;
  /** What runs may be another now. */
  onChanged: () => void;
  /** Whether a service serves from a container, so that an engine was here before. */
  servesFromImages: () => Promise<boolean>;
  /** The engine answers again: what could not be done without it can be now. */
  onReturned: () => void;
  logger: Logger;
}

/** What runs services here. */
export interface AppRuntime {
  runtime: Runtime;
  logs: LogStore;
  /** What people look at: of many who ask for an agent that is away or hangs, only the first waits for it. */
  looks: { runtime: Runtime; logs: LogStore };
  /** Plain processes, for what runs on this machine itself whatever services do. */
  processes: Runtime;
  /** Undefined: services are plain processes only. */
  engine: EngineClient | undefined;
  hasEngine: boolean;
  /** Commands of releases, each where its release runs. */
  releaseExecutor: ReleaseExecutor;
  /** Of what services do not limit themselves. */
  defaultLimits: DefaultLimits;
  /** Each says in how many milliseconds it wants to be called again. */
  jobs: Readonly<Record<string, { tick(signal: AbortSignal): Promise<number> }>>;
  start(): void;
  stop(): Promise<void>;
}

/** The engine that DOCKER_HOST names, whether it answers or not. @throws AppError RUNTIME_UNREACHABLE where it names none */
function openEngine({ docker }: Pick<Config, 'docker'>): EngineClient {
  const address = parseDockerHost(docker.host);
  if (address === undefined) {
    throw runtimeErrors.RUNTIME_UNREACHABLE({
      message: `DOCKER_HOST is ${docker.host}, which is no Docker engine of this machine.`,
      hint: 'Give it as unix:///var/run/docker.sock or tcp://127.0.0.1:2375, or set RUNTIME=process.',
    });
  }
  return createEngineClient(address);
}

/** The engine that DOCKER_HOST names, if it answers. @throws AppError RUNTIME_UNREACHABLE */
export async function findEngine(config: Pick<Config, 'docker'>): Promise<EngineClient> {
  const engine = openEngine(config);
  try {
    await explainEngine(engine).call('/info', { signal: AbortSignal.timeout(answerMs) });
    return engine;
  } catch (error) {
    engine.close();
    if (error instanceof AppError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw runtimeErrors.RUNTIME_UNREACHABLE({
      message: `The Docker engine at ${config.docker.host}: ${said}`,
      cause: error,
    });
  }
}

function openDocker(
  engine: EngineClient,
  { config, agent, authOf, onChanged, onReturned, logger }: AppRuntimeOptions,
): DockerRuntime {
  const networkPool = parseSubnet(config.docker.networks);
  if (networkPool === undefined) throw new Error('DOCKER_NETWORKS was not checked');
  const { diskMb } = config.instances;
  let known: Promise<string> | undefined;
  const installation = async (): Promise<string> => {
    known ??= agent.info().then(({ id }) => id);
    return await known.catch((error: unknown) => {
      known = undefined;
      throw error;
    });
  };
  let told: Promise<void> | undefined;
  const tellAgent = async (): Promise<void> => {
    await agent.followContainers(instanceLogSource(config.docker.host, await installation()));
  };
  return createDockerRuntime({
    engine,
    installation: async () => {
      // The agent keeps it, and needs to hear it once.
      told ??= tellAgent();
      await told.catch((error: unknown) => {
        told = undefined;
        throw error;
      });
      return await installation();
    },
    networkPool,
    authOf,
    diskLimit:
      diskMb === 0 ? undefined : { bytes: diskMb * 1024 * 1024, measure: (...asked) => duUsage.measure(...asked) },
    async drainLogs(instanceId, signal) {
      await agent
        .drainContainer(instanceId, AbortSignal.any([signal, AbortSignal.timeout(drainMs)]))
        .catch((error: unknown) => {
          if (signal.aborted) throw error;
          logger.warn({ err: error, instanceId }, 'the last output of a container may be missing in its log');
        });
    },
    async say({ id, labels }, content, signal) {
      const line = { instance: id, labels: toLogLabels(labels), content };
      await agent.appendLog(labels.serviceId, line, signal).catch((error: unknown) => {
        logger.warn({ err: error, instanceId: id, content }, 'a log line could not be written');
      });
    },
    onChanged,
    onReturned,
    logger,
  });
}

/** Chooses by RUNTIME. @throws AppError RUNTIME_UNREACHABLE where an engine was asked for and none answers */
export async function createAppRuntime(options: AppRuntimeOptions): Promise<AppRuntime> {
  const { config, agent, agentLooks, executor, logger } = options;
  const processes = createProcessRuntime(agent);
  const defaultLimits = findDefaultLimits(config);
  const processLooks = createProcessRuntime(agentLooks);
  const logs = createAgentLogStore(agent);
  const logLooks = createAgentLogStore(agentLooks);
  const only = {
    runtime: limitInstances(processes, defaultLimits),
    logs,
    looks: { runtime: processLooks, logs: logLooks },
    processes,
    engine: undefined,
    hasEngine: false,
    releaseExecutor: limitCommands(createMixedExecutor({ folder: executor, image: undefined }), defaultLimits),
    defaultLimits,
    jobs: {},
    start: () => undefined,
    stop: async () => undefined,
  };
  if (config.runtime === 'process') return only;
  let engine: EngineClient;
  try {
    engine = await findEngine(config);
  } catch (error) {
    if (config.runtime === 'docker') throw error;
    const why = AppError.from(error).message;
    if (!(await options.servesFromImages())) {
      logger.info({ why }, 'services run as plain processes: no Docker engine is to be had');
      return only;
    }
    // After a boot davit may be there first: who looked away now would never look after these containers again.
    engine = openEngine(config);
    logger.warn({ why }, 'containers wait for the Docker engine, which does not answer yet');
  }
  const containers = openDocker(engine, options);
  return {
    runtime: limitInstances(createMixedRuntime({ folder: processes, image: containers }), defaultLimits),
    looks: { runtime: createMixedRuntime({ folder: processLooks, image: containers }), logs: logLooks },
    logs,
    processes,
    engine,
    hasEngine: true,
    releaseExecutor: limitCommands(
      createMixedExecutor({ folder: executor, image: containers.commands }),
      defaultLimits,
    ),
    defaultLimits,
    jobs: { 'disks of containers': createDiskJob(containers) },
    start: () => containers.open(),
    async stop() {
      await containers.close();
      engine.close();
    },
  };
}
