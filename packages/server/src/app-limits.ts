import { totalmem } from 'node:os';
import { memoryOfOneInstance } from '@davit/agent/memory-share';
import type { ContainerCommand, ExecutorCommand, ReleaseExecutor } from './adapters/executor/executor.ts';
import type { DockerRuntime } from './adapters/runtime/docker/docker-runtime.ts';
import { mostProcesses, type Runtime } from './adapters/runtime/runtime.ts';
import type { Config } from './config/config.ts';
import { AppError } from './kernel/app-error.ts';

const megabyte = 1024 * 1024;

/** What an instance may use whose service says nothing itself, in the words of its settings. */
export interface DefaultLimits {
  memoryMb: number;
  /** Null: an equal share of what is free. */
  cpus: number | null;
}

/** By what the operator says, else by this machine. */
export function findDefaultLimits(
  { instances }: { instances: Pick<Config['instances'], 'memoryMb' | 'cpus'> },
  totalBytes = totalmem(),
): DefaultLimits {
  return {
    memoryMb: instances.memoryMb ?? Math.floor(memoryOfOneInstance(totalBytes) / megabyte),
    cpus: instances.cpus ?? null,
  };
}

interface Limits {
  memoryBytes?: number | undefined;
  cpus?: number | undefined;
}

/** What is said wins, be it more or less. */
function fillIn({ memoryBytes, cpus }: Limits, byDefault: DefaultLimits): Limits {
  return { memoryBytes: memoryBytes ?? byDefault.memoryMb * megabyte, cpus: cpus ?? byDefault.cpus ?? undefined };
}

/** Instances get the defaults when they are started. What runs keeps what it was started with: the limits are no part of what it is. */
export function limitInstances(runtime: Runtime, byDefault: DefaultLimits): Runtime {
  return {
    ...runtime,
    start: (request, signal) => runtime.start({ ...request, limits: fillIn(request.limits, byDefault) }, signal),
  };
}

/** The same for commands of releases. */
export function limitCommands(executor: ReleaseExecutor, byDefault: DefaultLimits): ReleaseExecutor {
  const limited = (command: ExecutorCommand | ContainerCommand): ExecutorCommand | ContainerCommand => {
    const limits = fillIn(command.limits, byDefault);
    if ('image' in command) return { ...command, limits };
    return { ...command, limits: { processes: mostProcesses, ...command.limits, ...limits } };
  };
  return { ...executor, start: (id, command, signal) => executor.start(id, limited(command), signal) };
}

const lookEveryMs = 60_000;

/** Looks once a minute at what containers have written. */
export function createDiskJob({ endOverfull }: Pick<DockerRuntime, 'endOverfull'>) {
  return {
    async tick(signal: AbortSignal): Promise<number> {
      await endOverfull(signal).catch((error: unknown) => {
        // Who looks after instances says that the engine is away.
        if (signal.aborted || !AppError.from(error).away) throw error;
      });
      return lookEveryMs;
    },
  };
}
