import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** Whether a media query holds, and again when that changes. */
export function useMediaQuery(query: string): boolean {
  // Once, not in each rendering of the canvas: to make one is work for the browser.
  const list = useMemo(() => window.matchMedia(query), [query]);
  const subscribe = useCallback(
    (listener: () => void) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [list],
  );
  return useSyncExternalStore(subscribe, () => list.matches);
}
