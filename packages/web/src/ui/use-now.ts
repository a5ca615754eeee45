import { useSyncExternalStore } from 'react';

/** One clock for all live times of the page, so that a hundred of them cost one timer and change together. */
function createClock(interval: number): { subscribe: (listener: () => void) => () => void; now: () => number } {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    subscribe(listener) {
      listeners.add(listener);
      timer ??= setInterval(() => {
        now = Date.now();
        for (const each of listeners) each();
      }, interval);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now() {
      // With no timer running the kept value is old.
      if (timer === undefined && Date.now() - now >= interval) now = Date.now();
      return now;
    },
  };
}

const seconds = createClock(1_000);
const never = { subscribe: () => () => undefined, now: () => 0 };

/** The time in milliseconds, again every second while `live`; 0 otherwise. */
export function useNow(live = true): number {
  const clock = live ? seconds : never;
  return useSyncExternalStore(clock.subscribe, clock.now);
}

/** What a text that depends on the time says now. Drawn again only when its words change: 200 nodes look at the clock, few change. */
export function useTimedText(textOf: (now: number) => string): string {
  return useSyncExternalStore(seconds.subscribe, () => textOf(seconds.now()));
}
