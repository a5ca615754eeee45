import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';

/** Something that can be found and done in the command palette. */
export interface Command {
  /** Unique; it also keeps the place of an entry that is registered anew. */
  readonly id: string;
  /** What it does or leads to, as it is shown and searched. */
  readonly title: string;
  readonly group: 'Actions' | 'Services' | 'Projects' | 'Pages';
  readonly icon?: ReactNode;
  /** Shown small at the end: the project of a service, its state. */
  readonly detail?: string;
  /** Found by these words too. */
  readonly keywords?: readonly string[];
  /** The key that does the same: `Ctrl+Z`. */
  readonly shortcut?: string;
  /** Not offered before something is typed: one of many that would hide the rest. */
  readonly isOnlyFound?: boolean;
  readonly run: () => void;
}

let sources: ReadonlyMap<object, readonly Command[]> = new Map();
let all: readonly Command[] = [];
const listeners = new Set<() => void>();

function setSources(next: ReadonlyMap<object, readonly Command[]>): void {
  sources = next;
  all = [...new Map([...sources.values()].flat().map((command) => [command.id, command])).values()];
  for (const listener of listeners) listener();
}

/**
 * Puts commands into the palette for as long as the calling component is on the page. Memoize the list: a new one each time
 * would be registered each time.
 */
export function useCommands(commands: readonly Command[]): void {
  const source = useRef({});
  useEffect(() => {
    const key = source.current;
    setSources(new Map(sources).set(key, commands));
    return () => {
      const rest = new Map(sources);
      rest.delete(key);
      setSources(rest);
    };
  }, [commands]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All commands of what is on the page now. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => all);
}
