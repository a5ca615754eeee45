import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';

/** Something that can be found and done in the command palette. */
export interface Command {
  /** Unique; it also keeps the place of an entry that is registered anew. */
  readonly id: string;
  /** What it does or leads to, as it is shown and searched. */
  readonly title: string;
  readonly group: 'Actions' | 'Services' | 'Cloud resources' | 'Projects' | 'Pages';
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

/** A list, or what makes one when the palette is opened: for many commands that change often. */
export type CommandSource = readonly Command[] | (() => readonly Command[]);

let sources: ReadonlyMap<object, CommandSource> = new Map();
/** Made when somebody looks. */
let all: readonly Command[] | undefined;
const listeners = new Set<() => void>();

function setSources(next: ReadonlyMap<object, CommandSource>): void {
  sources = next;
  all = undefined;
  for (const listener of listeners) listener();
}

function collect(): readonly Command[] {
  const lists = [...sources.values()].flatMap((source) => (typeof source === 'function' ? source() : source));
  return [...new Map(lists.map((command) => [command.id, command])).values()];
}

/**
 * Puts commands into the palette for as long as the calling component is on the page. Memoize the source: a new one each time
 * would be registered each time.
 */
export function useCommands(commands: CommandSource): void {
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
  // What was made for the last one who looked may be old.
  if (listeners.size === 0) all = undefined;
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function snapshot(): readonly Command[] {
  all ??= collect();
  return all;
}

/** All commands of what is on the page now. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, snapshot);
}
