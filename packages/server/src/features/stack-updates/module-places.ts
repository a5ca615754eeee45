import { randomBytes } from 'node:crypto';
import { access, open, readFile, rename, utimes } from 'node:fs/promises';
import { z } from 'zod';
import { createKeyedLock } from '../../kernel/keyed-lock.ts';

/** Where a commit of a module is kept. */
export interface ModulePlace {
  /** Begins the ids of commands that work in it. */
  readonly key: string;
  /** The whole source; its parents are davit's own. */
  readonly folder: string;
  /** Of the module, within the source. */
  readonly rootFolder: string;
  /** Whose cache of dependencies and which unprivileged user. */
  readonly cacheKey: string;
}

const readyModule = z.strictObject({
  folder: z.string(),
  readable: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
});
type ReadyModule = z.output<typeof readyModule>;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Says beside the folder that all of it is there, and by its time when it was used last. What lies in the folder belongs to the
 * module, which could say so itself.
 */
export const markOf = (place: Pick<ModulePlace, 'folder'>): string => `${place.folder}.ready.json`;

async function findReady(place: ModulePlace): Promise<ReadyModule | undefined> {
  const text = await readFile(markOf(place), 'utf8').catch(() => undefined);
  if (text === undefined || !(await isThere(place.folder))) return undefined;
  const now = new Date();
  await utimes(markOf(place), now, now);
  const ready = readyModule.parse(JSON.parse(text));
  // A toolchain that only the installation used may be gone by now.
  const kept = await Promise.all(ready.readable.map(isThere));
  return { ...ready, readable: ready.readable.filter((_, at) => kept[at]) };
}

async function markReady(place: ModulePlace, ready: ReadyModule): Promise<void> {
  const temporary = `${markOf(place)}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(ready));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, markOf(place));
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

export type ModulePlaces = ReturnType<typeof createModulePlaces>;

/** Makes the places of modules: each once, by one run at a time; others wait for it and take what it made. */
export function createModulePlaces() {
  const lock = createKeyedLock();
  const wanted = new Map<string, number>();
  const count = (key: string, change: number) => {
    const now = (wanted.get(key) ?? 0) + change;
    if (now === 0) wanted.delete(key);
    else wanted.set(key, now);
  };

  return {
    /** What is there, else what `work` makes of it. `fetched` tells whether the files are there already. */
    async make(
      key: string,
      place: ModulePlace,
      signal: AbortSignal,
      work: (fetched: boolean) => Promise<ReadyModule>,
    ): Promise<ReadyModule> {
      count(key, 1);
      const made = lock(key, async () => {
        signal.throwIfAborted();
        const ready = await findReady(place);
        if (ready !== undefined) return ready;
        const fresh = await work(await isThere(place.folder));
        await markReady(place, fresh);
        return fresh;
      });
      try {
        // Whoever is canceled does not wait for its turn.
        return await untilAborted(made, signal);
      } finally {
        count(key, -1);
      }
    },

    /** Whether a run makes it, or waits for it. */
    isWanted: (key: string): boolean => wanted.has(key),

    /** Does what no run may see half done. */
    exclusively: <T>(key: string, work: () => Promise<T>): Promise<T> => lock(key, work),
  };
}
