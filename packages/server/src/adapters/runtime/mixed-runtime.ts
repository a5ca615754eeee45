import { AppError } from '../../kernel/app-error.ts';
import type { Runtime, RuntimeInfo, RuntimeInstance } from './runtime.ts';

/** The runtimes of one machine, by what each of them runs. */
export interface MixedRuntimeOptions {
  folder: Runtime;
  image: Runtime;
}

const away = 'The Docker engine does not answer: containers wait for it, plain processes are looked after.';

/** Who asks how things are waits no longer than this for an engine: `/health/ready` answers within three seconds. */
const describeMs = 2000;

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
      const limited = AbortSignal.any([signal, AbortSignal.timeout(describeMs)]);
      const [processes, containers] = await Promise.all([
        folder.describe(signal),
        image.describe(limited).catch((error: unknown) => {
          if (signal.aborted || !(limited.aborted || AppError.from(error).away)) throw error;
          return undefined;
        }),
      ]);
      if (containers === undefined) return { ...processes, away };
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
    async list(signal, filter = {}): Promise<RuntimeInstance[]> {
      const asked = filter.kind === undefined ? [folder, image] : [filter.kind === 'folder' ? folder : image];
      return (await Promise.all(asked.map((runtime) => runtime.list(signal, filter)))).flat();
    },
    stop: async (instanceId, signal) => await (await homeOf(instanceId, signal)).stop(instanceId, signal),
    async usage(signal, filter) {
      const containers = image.usage(signal, filter).catch((error: unknown) => {
        if (!AppError.from(error).away) throw error;
        return [];
      });
      return (await Promise.all([folder.usage(signal, filter), containers])).flat();
    },
    tail: async (instanceId, maxBytes, signal) =>
      await (await homeOf(instanceId, signal)).tail(instanceId, maxBytes, signal),
    openTerminal: async (instanceId, request, signal) =>
      await (await homeOf(instanceId, signal)).openTerminal(instanceId, request, signal),
  };
}
