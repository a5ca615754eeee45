import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** In a toolchain of Python: names the folder of the environment that it needs. */
export const environmentFile = 'environment';

// No fetch takes as long as that: each of its tools is ended after five minutes.
const abandonedAfterMs = 60 * 60_000;

async function environmentsInUse(folder: string, entries: readonly string[]): Promise<Set<string>> {
  const toolchains = entries.filter((entry) => !entry.startsWith('.'));
  const named = await Promise.all(
    toolchains.map((entry) => readFile(join(folder, entry, environmentFile), 'utf8').catch(() => '')),
  );
  return new Set(named.map((path) => basename(path)));
}

/**
 * Removes what fetches of toolchains left that failed or that a crash cut short: unfinished folders, and environments of
 * Python that no toolchain names.
 * @param own a folder of the caller's, judged whatever its age
 */
export async function removeLeftovers(folder: string, own?: string): Promise<void> {
  const entries = await readdir(folder).catch(() => [] as string[]);
  const inUse = await environmentsInUse(folder, entries);
  for (const entry of entries.filter((name) => name.startsWith('.') && !inUse.has(name))) {
    const path = join(folder, entry);
    const status = await stat(path).catch(() => undefined);
    if (status === undefined) continue;
    if (path === own || Date.now() - status.mtimeMs > abandonedAfterMs)
      await rm(path, { recursive: true, force: true });
  }
}
