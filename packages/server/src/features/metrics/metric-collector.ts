import type { Proxy } from '../../adapters/proxy/proxy.ts';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import type { Clock } from '../../kernel/clock.ts';
import { everyMs, type MetricRecorder } from './metric-recorder.ts';

export interface MetricCollectorOptions {
  recorder: MetricRecorder;
  runtime: Runtime;
  proxy: Proxy;
  clock: Clock;
}

// A little after the interval's end, so that no timer that is early falls into the interval before.
const delayMs = 100;
const readTimeoutMs = 10_000;

/** Looks at what everything uses, once each interval. */
export function createMetricCollector({ recorder, runtime, proxy, clock }: MetricCollectorOptions) {
  return {
    /**
     * One look.
     * @returns milliseconds until the next interval has ended
     */
    async tick(signal: AbortSignal): Promise<number> {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(readTimeoutMs)]);
      const at = clock.now();
      const [instances, routes] = await Promise.all([runtime.usage(limited), proxy.usage(limited)]);
      await recorder.record({ at, instances, routes });
      return everyMs - ((clock.now().getTime() - delayMs) % everyMs);
    },
  };
}
