import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuildLock } from './build-lock.ts';
import { findSeal, sealUi } from './seal-ui.ts';
import { fingerprintUi } from './ui-fingerprint.ts';

/** Where builds grow, below the checkout's `.cache`. */
const scratch = 'web-ui-';

async function buildInto(folder: string, webFolder: string, fingerprint: string): Promise<void> {
  // Loaded only when there is something to build: it takes longer than to see that there is not.
  const { build } = await import('vite');
  await build({
    root: webFolder,
    // Run by Node itself: bundled, the configuration would be written into node_modules, which may be read-only.
    configLoader: 'native',
    logLevel: 'silent',
    build: { outDir: folder, emptyOutDir: true },
  });
  await sealUi(folder, fingerprint);
}

/** What builds left that were killed. */
async function removeScratch(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(scratch));
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

/** A folder cannot be renamed over another. A crash in between leaves none, which the next build puts right. */
async function putInPlace(folder: string, dist: string, aside: string): Promise<void> {
  await rename(dist, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(folder, dist);
  await rm(aside, { recursive: true, force: true });
}

/**
 * Builds the UI of the checkout `root` into packages/web/dist, unless what is there was made from the same sources. Others see
 * the old build or the new one, never half of one: it grows in a folder of its own and is put in place by a rename.
 */
export async function buildUi(root: string, onBuild: () => void): Promise<void> {
  const webFolder = join(root, 'packages', 'web');
  const dist = join(webFolder, 'dist');
  const cache = join(root, '.cache');
  const fingerprint = await fingerprintUi(root);
  if ((await findSeal(dist)) === fingerprint) return;
  await withBuildLock(join(cache, 'building-web-ui'), async () => {
    if ((await findSeal(dist)) === fingerprint) return;
    onBuild();
    await removeScratch(cache);
    const folder = join(cache, `${scratch}${process.pid}`);
    await mkdir(folder);
    await buildInto(folder, webFolder, fingerprint);
    await putInPlace(folder, dist, join(cache, `${scratch}old-${process.pid}`));
  });
}
