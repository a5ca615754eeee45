import type { Schemas } from './api-client.ts';

/** The last hour of a service. */
export type ServiceUsage = Schemas['ServiceOverview']['sparkline'];

/** What a service shows of which nothing is known yet. */
export const noUsage: ServiceUsage = { cpuCores: [], requestsPerSecond: [] };

export interface ServiceUsages {
  get: (serviceId: string) => ServiceUsage;
  /** Tells when the usage of one service is another. */
  subscribe: (serviceId: string, listener: () => void) => () => void;
  /** Takes new figures: those of some services a frame, until all are told. */
  put: (usages: Iterable<readonly [serviceId: string, usage: ServiceUsage]>) => void;
}

/** So many charts that change cost a fraction of a frame. */
const A_FRAME = 4;

/**
 * The usage of services, apart from all else that is known of them: it changes for every service every half minute, and of all that a canvas shows
 * only its charts have to do with that.
 */
export function createServiceUsages(onNextFrame: (act: () => void) => void): ServiceUsages {
  const usages = new Map<string, ServiceUsage>();
  const listeners = new Map<string, Set<() => void>>();
  const waiting = new Map<string, ServiceUsage>();
  let isUnderWay = false;

  function tellSome(): void {
    for (const [id, usage] of [...waiting].slice(0, A_FRAME)) {
      waiting.delete(id);
      usages.set(id, usage);
      for (const listener of listeners.get(id) ?? []) listener();
    }
    isUnderWay = waiting.size > 0;
    if (isUnderWay) onNextFrame(tellSome);
  }

  return {
    get: (id) => usages.get(id) ?? noUsage,
    subscribe(id, listener) {
      const those = listeners.get(id) ?? new Set();
      listeners.set(id, those.add(listener));
      return () => {
        those.delete(listener);
        if (those.size === 0 && listeners.get(id) === those) listeners.delete(id);
      };
    },
    put(next) {
      for (const [id, usage] of next) {
        // What nobody looks at is told to nobody.
        if (listeners.has(id)) waiting.set(id, usage);
        else usages.set(id, usage);
      }
      if (waiting.size === 0 || isUnderWay) return;
      isUnderWay = true;
      onNextFrame(tellSome);
    },
  };
}

/** The usage of all services that this page has asked for. */
export const serviceUsages = createServiceUsages((act) => requestAnimationFrame(act));
