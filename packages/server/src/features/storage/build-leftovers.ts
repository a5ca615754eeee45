import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildUse } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';
import { readBuildUse } from '../deployments/index.ts';

/** A folder of BUILD_DIR as builds make them: `svc_…/dep_…`, and what they put beside it. */
interface BuildFolder {
  path: string;
  serviceId: string;
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => pattern.test(name));
}

async function listBuildFolders(buildDir: string): Promise<BuildFolder[]> {
  const found: BuildFolder[] = [];
  for (const serviceId of await namesIn(buildDir, /^svc_[0-9a-z]+$/)) {
    const names = await namesIn(join(buildDir, serviceId), /^dep_[0-9a-z]+(?:\.[a-z]+)?$/);
    found.push(...names.map((name) => ({ path: join(buildDir, serviceId, name), serviceId })));
  }
  return found;
}

/**
 * Folders of builds that no release runs from, such as a crash leaves. The disk is looked at
 * before the database, so that a build that begins meanwhile is not among them.
 */
export async function listBuildLeftovers(db: Db, buildDir: string): Promise<BuildFolder[]> {
  const folders = await listBuildFolders(buildDir);
  const { artifacts, busy }: BuildUse = await readBuildUse(db);
  const needed = new Set(artifacts.flatMap((artifact) => (artifact.kind === 'folder' ? [artifact.folder] : [])));
  return folders.filter(({ path, serviceId }) => !busy.has(serviceId) && !needed.has(path));
}

/** Removes them; repeatable. */
export async function removeBuildLeftovers(options: {
  db: Db;
  buildDir: string;
  removeFolder: (path: string, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}): Promise<void> {
  const { db, buildDir, removeFolder, signal } = options;
  for (const { path } of await listBuildLeftovers(db, buildDir)) await removeFolder(path, signal);
}
