import type { ContainerCommand, Executor, ExecutorStatus, ReleaseExecutor } from './executor.ts';
import { executorErrors } from './executor-errors.ts';

/** The executors of one machine, by what each of them runs commands in. */
export interface MixedExecutorOptions {
  folder: Executor;
  /** Undefined where nothing runs containers. */
  image: Executor<ContainerCommand> | undefined;
}

/** Commands beside plain processes and commands in containers: each runs where the release that it belongs to can. */
export function createMixedExecutor({ folder, image }: MixedExecutorOptions): ReleaseExecutor {
  /** Asked again each time: after a crash nothing else says where a command is. */
  async function homeOf(
    id: string,
    signal: AbortSignal,
  ): Promise<Pick<Executor, 'wait' | 'follow' | 'stop' | 'remove'>> {
    if (image === undefined) return folder;
    return (await folder.list(signal)).some((status) => status.id === id) ? folder : image;
  }

  return {
    async start(id, command, signal) {
      if (!('image' in command)) return await folder.start(id, command, signal);
      if (image === undefined) throw executorErrors.COMMAND_NEEDS_CONTAINERS();
      return await image.start(id, command, signal);
    },
    wait: async (id, signal) => await (await homeOf(id, signal)).wait(id, signal),
    async *follow(id, stream, offset, signal) {
      yield* (await homeOf(id, signal)).follow(id, stream, offset, signal);
    },
    stop: async (id, graceMs, signal) => await (await homeOf(id, signal)).stop(id, graceMs, signal),
    remove: async (id, signal) => await (await homeOf(id, signal)).remove(id, signal),
    async list(signal, kind): Promise<ExecutorStatus[]> {
      const processes = kind === 'image' ? [] : folder.list(signal);
      const containers = kind === 'folder' || image === undefined ? [] : image.list(signal);
      return (await Promise.all([processes, containers])).flat();
    },
  };
}
