import { useEffect, useSyncExternalStore } from 'react';

let current = 'davit';
const listeners = new Set<() => void>();

/** The title of the tab: what is looked at first, the installation last. One call a page; a drawer may call it over the page's. */
export function usePageTitle(...parts: readonly (string | undefined)[]): void {
  const title = [...parts.filter((part) => part !== undefined && part !== ''), 'davit'].join(' · ');
  useEffect(() => {
    const before = document.title;
    document.title = title;
    current = title;
    for (const listener of listeners) listener();
    return () => {
      // A drawer that closes gives the page its title back.
      if (document.title === title) document.title = before;
    };
  }, [title]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The title as it is now, for who cannot see that the page changed. */
export function useCurrentTitle(): string {
  return useSyncExternalStore(subscribe, () => current);
}
