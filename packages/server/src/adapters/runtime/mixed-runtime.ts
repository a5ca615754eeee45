import type { Runtime, RuntimeInfo, RuntimeInstance } from './runtime.ts';

/** The runtimes of one machine, by what each of them runs. */
export interface MixedRuntimeOptions {
  folder: Runtime;
  image: Runtime;
}

const levels: readonly RuntimeInfo['isolation'][] = ['none', 'user', 'sandbox'];

/**
 * Plain processes and containers side by side: an instance runs where its release can. So a release that was built before
 * containers were to be had goes on serving, and can be rolled back to.
 */
export function createMixedRuntime({ folder, image }: MixedRuntimeOptions): Runtime {
  /** Asked again each time: after a crash nothing else says where an instance is. */
  async function homeOf(instanceId: string, signal: AbortSignal): Promise<Runtime> {
    const processes = await folder.list(signal);
    return processes.some(({ id }) => id === instanceId) ? folder : image;
  }

  return {
    async describe(signal): Promise<RuntimeInfo> {
      const [processes, containers] = await Promise.all([folder.describe(signal), image.describe(signal)]);
      const lower = Math.min(levels.indexOf(processes.isolation), levels.indexOf(containers.isolation));
      return {
        name: containers.name,
        isolation: levels[lower] ?? 'none',
        limits: processes.limits && containers.limits,
        missing: [...new Set([...containers.missing, ...processes.missing])],
      };
    },
    start: (request, signal) => (request.root.kind === 'folder' ? folder : image).start(request, signal),
    waitUntilHealthy: async (instanceId, check, signal) =>
      await (await homeOf(instanceId, signal)).waitUntilHealthy(instanceId, check, signal),
    async list(signal): Promise<RuntimeInstance[]> {
      return (await Promise.all([folder.list(signal), image.list(signal)])).flat();
    },
    stop: async (instanceId, signal) => await (await homeOf(instanceId, signal)).stop(instanceId, signal),
    async usage(signal) {
      return (await Promise.all([folder.usage(signal), image.usage(signal)])).flat();
    },
    tail: async (instanceId, maxBytes, signal) =>
      await (await homeOf(instanceId, signal)).tail(instanceId, maxBytes, signal),
    openTerminal: async (instanceId, size, signal) =>
      await (await homeOf(instanceId, signal)).openTerminal(instanceId, size, signal),
  };
}
