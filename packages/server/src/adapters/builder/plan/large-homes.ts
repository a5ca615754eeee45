import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildFolders, buildHome } from './data-folders.ts';
import { runTool } from './run-tool.ts';

/** Of the download caches of one service. The next build after it is over fetches again what it needs. */
const mostBytes = 2 * 1024 ** 3;

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

/** What a tree takes on disk; 0 when it is not there. Builds may change it meanwhile, so it is an estimate. */
async function sizeOf(path: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await runTool(['du', '-s', '-x', '--block-size=1', '--', path], { environment, signal });
  return Number.parseInt(stdout, 10) || 0;
}

export interface LargeHomesOptions {
  folders: BuildFolders;
  /** Services that something is built for now: theirs are left alone. */
  busy: ReadonlySet<string>;
  removeFolder: (path: string) => Promise<void>;
  signal: AbortSignal;
  limitBytes?: number;
}

/** Empties the download caches of services that have grown over the limit; how many that were. */
export async function removeLargeHomes(options: LargeHomesOptions): Promise<number> {
  const { folders, busy, removeFolder, signal, limitBytes = mostBytes } = options;
  let removed = 0;
  for (const cacheKey of await readdir(folders.cache).catch(() => [] as string[])) {
    const aside = join(folders.cache, cacheKey, 'home.removing');
    // Left by a crash in the middle of this.
    await removeFolder(aside);
    const home = buildHome(folders, cacheKey);
    if (busy.has(cacheKey) || (await sizeOf(home, signal)) <= limitBytes) continue;
    // Renamed first: a build that begins now makes a new one, and finds no half of the old.
    await rename(home, aside);
    await removeFolder(aside);
    removed++;
  }
  return removed;
}
