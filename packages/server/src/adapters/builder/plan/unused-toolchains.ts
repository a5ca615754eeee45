import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers } from './toolchain-leftovers.ts';

const keptUnusedMs = 30 * 24 * 60 * 60_000;

/** Of davit itself: small, and known to a running server by its path. */
const staticServer = 'static-server@';

/**
 * Removes toolchains that no build used for a month and that nothing `inUse` lies in; a build that wants one again fetches
 * it. A build says that it uses one by the folder's time, so that is looked at once more when its name is gone.
 * @param inUse paths that releases read which may still be started
 */
export async function removeUnusedToolchains(folder: string, inUse: ReadonlySet<string>, now: Date): Promise<void> {
  const isOld = async (path: string) => now.getTime() - (await stat(path)).mtimeMs > keptUnusedMs;
  const entries = await readdir(folder).catch(() => [] as string[]);
  for (const entry of entries.filter((name) => !name.startsWith('.') && !name.startsWith(staticServer))) {
    const path = join(folder, entry);
    if (inUse.has(path) || !(await isOld(path))) continue;
    const aside = join(folder, `.unused-${entry}`);
    await rename(path, aside);
    if (await isOld(aside)) await rm(aside, { recursive: true, force: true });
    else await rename(aside, path);
  }
  await removeLeftovers(folder);
}
