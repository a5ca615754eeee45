import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../source-room.ts';
import { readCommitParts } from './commit-parts.ts';
import { mainRepository } from './fetch-commit.ts';
import { gitSettings, localEnvironment } from './git-environment.ts';
import { runGit } from './git-process.ts';
import { lfsFolder } from './lfs-download.ts';

/** A listing of the most entries that are unpacked, with long names. */
const mostListed = 128 * 1024 * 1024;

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Bytes of all files in a copy, of which some may go meanwhile. */
export async function measureCopy(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => sizeOf(join(parentPath, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

export interface MeasuredCommit {
  /** The service's copy. */
  readonly folder: string;
  /** PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly signal: AbortSignal;
}

/** Bytes that the files of a commit take on a disk, with its submodules and large files; of one that is not there none. */
export async function measureCommit({ folder, environment, commit, signal }: MeasuredCommit): Promise<number> {
  async function measureTree(repository: string, tree: string): Promise<number> {
    const args = [...gitSettings, 'ls-tree', '-r', '-l', '-z', tree];
    const command = { args, cwd: folder, environment: localEnvironment(environment, repository), signal };
    const { stdout } = await runGit(command, mostListed);
    const sizes = [...stdout.matchAll(/(?<=^|\0)\d+ blob [0-9a-f]+ +(\d+)\t/g)].map(([, size]) => Number(size));
    return sizes.reduce((sum, size) => sum + onDisk(size), 0);
  }

  let bytes = await measureTree(mainRepository, commit);
  const parts = await readCommitParts(folder);
  if (parts?.commit !== commit) return bytes;
  for (const submodule of parts.submodules) bytes += await measureTree(submodule.repository, submodule.commit);
  for (const { oid } of parts.largeFiles) bytes += onDisk(await sizeOf(join(lfsFolder(folder), oid)));
  return bytes;
}
