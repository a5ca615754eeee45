import { useSyncExternalStore } from 'react';

/** The moment that is looked at, shared by charts with the same times: one hover line through all of them. */
export interface ChartCursor {
  /** Index of a time; null when nobody looks at one. */
  get: () => number | null;
  set: (index: number | null) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createChartCursor(): ChartCursor {
  const listeners = new Set<() => void>();
  let current: number | null = null;
  return {
    get: () => current,
    set(index) {
      if (index === current) return;
      current = index;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Where the cursor is, again whenever it moves. */
export function useCursorIndex(cursor: ChartCursor): number | null {
  return useSyncExternalStore(cursor.subscribe, cursor.get);
}
