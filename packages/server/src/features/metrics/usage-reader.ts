import type { Proxy, ProxyUsage } from '../../adapters/proxy/proxy.ts';
import type { InstanceUsage, Runtime } from '../../adapters/runtime/runtime.ts';

interface Usage {
  instances: readonly InstanceUsage[];
  routes: readonly ProxyUsage[];
}

const readTimeoutMs = 10_000;
/** A scrape of each of 200 instances every 15 s is three looks at the machine, not 200. */
const freshMs = 5000;

export type UsageReader = ReturnType<typeof createUsageReader>;

/** What everything uses, at most 5 s old; those who ask at once share one look. */
export function createUsageReader({ runtime, proxy }: { runtime: Runtime; proxy: Proxy }) {
  let last: { at: number; usage: Promise<Usage> } | undefined;

  async function look(): Promise<Usage> {
    const signal = AbortSignal.timeout(readTimeoutMs);
    const [instances, routes] = await Promise.all([runtime.usage(signal), proxy.usage(signal)]);
    return { instances, routes };
  }

  return {
    async read(): Promise<Usage> {
      const now = performance.now();
      if (last === undefined || now - last.at > freshMs) {
        const usage = look();
        const made = { at: now, usage };
        last = made;
        // The next one looks again after a failure.
        usage.catch(() => {
          if (last === made) last = undefined;
        });
      }
      return await last.usage;
    },
  };
}
