import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from './adapters/builder/plan/remove-tree.ts';
import type { Config } from './config/config.ts';
import { forgetMovedBuilds } from './features/deployments/index.ts';
import type { Logger } from './kernel/logger.ts';
import { readKnownDatabase } from './known-database.ts';
import type { Db } from './platform/db/database.ts';

/** Where this data folder was when a server last ran on it; a davit of before wrote down the place of its own database alone. */
async function findFormer({ paths: { dataDir }, database }: Config): Promise<string | undefined> {
  const known = await readKnownDatabase(dataDir);
  if (known?.folder !== undefined) return known.folder;
  return known !== undefined && database.url === undefined && known.place.startsWith('/')
    ? dirname(known.place)
    : undefined;
}

/** A link to what was moved, left at the old place, leads there. */
async function isSame(former: string, now: string): Promise<boolean> {
  if (former === now) return true;
  return (await realpath(former).catch(() => undefined)) === (await realpath(now));
}

/** What installers have written their absolute place into, all of which can be got or made again. */
async function removeInstalled({ paths: { dataDir, buildDir } }: Config): Promise<void> {
  const folders = ['cache', 'toolchains'].map((name) => join(dataDir, name));
  if (buildDir.startsWith(join(dataDir, '/'))) folders.push(buildDir);
  for (const folder of folders) {
    for (const name of await readdir(folder)) await removeTree(join(folder, name));
  }
}

/**
 * A data folder that was moved has builds, toolchains and caches that still speak of the old place. They go, and the services are
 * built again, as after a restore. Before anything is built or started here, so that a crash on the way is simply made again.
 */
export async function adaptToMove({ config, db, logger }: { config: Config; db: Db; logger: Logger }): Promise<void> {
  const { dataDir } = config.paths;
  const former = await findFormer(config);
  if (former === undefined || (await isSame(former, dataDir))) return;
  const releases = await forgetMovedBuilds(db, former);
  logger.warn({ former, releases }, 'DATA_DIR was moved: what was built in the old place is built again');
  await removeInstalled(config);
}
