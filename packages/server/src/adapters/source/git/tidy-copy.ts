import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readCommitParts } from './commit-parts.ts';
import { mainRepository } from './fetch-commit.ts';
import { gitSettings, localEnvironment } from './git-environment.ts';
import { runGit } from './git-process.ts';
import { lfsFolder } from './lfs-download.ts';

const limits = ['gc.auto=200', 'gc.autoPackLimit=10', 'gc.autoDetach=false', 'gc.pruneExpire=now'];
const args = [...gitSettings, ...limits.flatMap((limit) => ['-c', limit]), 'gc', '--auto', '--quiet'];

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}

async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await listNames(folder))
    if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Drops what the commit that was fetched last does not need; what Git said where it could not. */
export async function tidyCopy(
  folder: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const parts = await readCommitParts(folder);
  const modules = new Set(parts?.submodules.map(({ repository }) => repository.slice('modules/'.length)));
  await removeOthers(join(folder, 'modules'), modules);
  await removeOthers(lfsFolder(folder), new Set(parts?.largeFiles.map(({ oid }) => oid)));
  const complaints: string[] = [];
  const names = (await listNames(folder)).filter((name) => name === mainRepository);
  for (const repository of [...names, ...[...modules].map((name) => `modules/${name}`)]) {
    const exit = await runGit({ args, cwd: folder, environment: localEnvironment(environment, repository), signal });
    if (exit.code !== 0) complaints.push(exit.stderr);
  }
  return complaints;
}
