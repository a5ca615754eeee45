import { listAnswering } from '../../adapters/runtime/list-answering.ts';
import type { Runtime, RuntimeInstance } from '../../adapters/runtime/runtime.ts';
import type { Logger } from '../../kernel/logger.ts';
import { isUp } from '../overview/index.ts';

export interface InstanceWatchOptions {
  runtime: Pick<Runtime, 'list'>;
  logger: Logger;
  readonly onChanged: (serviceId: string) => void;
  everyMs?: number;
}

const listTimeoutMs = 5000;

/** What of a service's instances people are shown. */
function lookOf(instances: readonly RuntimeInstance[], now: number): string {
  const looks = instances.map((instance) =>
    [instance.id, instance.state, instance.restarts, isUp(instance, now)].join(' '),
  );
  return looks.toSorted().join('\n');
}

/**
 * Finds out which services' instances have changed by themselves: a crash, a restart. The runtime tells nobody, so it is asked
 * again and again, but only while somebody looks.
 */
export function createInstanceWatch({ runtime, logger, onChanged, everyMs = 2000 }: InstanceWatchOptions) {
  let seen: ReadonlyMap<string, string> | undefined;
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const { seen: instances } = await listAnswering(runtime, AbortSignal.timeout(listTimeoutMs));
    const now = Date.now();
    const groups = Map.groupBy(instances, ({ labels }) => labels.serviceId);
    const fresh = new Map([...groups].map(([serviceId, group]) => [serviceId, lookOf(group, now)]));
    const before = seen;
    seen = fresh;
    if (before === undefined) return;
    for (const serviceId of new Set([...before.keys(), ...fresh.keys()])) {
      if (before.get(serviceId) !== fresh.get(serviceId)) onChanged(serviceId);
    }
  }

  /** One look at a time, whoever asks for it. */
  function lookOnce(): Promise<void> {
    looking ??= look()
      .catch((error: unknown) => logger.warn({ err: error }, 'the instances cannot be listed just now'))
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  function plan(): void {
    clearTimeout(timer);
    if (watchers === 0) return;
    timer = setTimeout(() => void lookOnce().then(plan), everyMs);
    timer.unref();
  }

  return {
    /** Watches until the result is called. Resolves when every change from here on will be told of. */
    async open(): Promise<() => void> {
      watchers++;
      if (watchers === 1 || seen === undefined) await lookOnce();
      plan();
      return () => {
        watchers--;
        if (watchers === 0) clearTimeout(timer);
      };
    },
  };
}
