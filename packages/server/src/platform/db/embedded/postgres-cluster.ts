import { execFile } from 'node:child_process';
import { chown, lchown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOwnFolder, removeAbandonedFolders } from './own-folder.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { postgresErrors } from './postgres-errors.ts';
import type { PostgresUser } from './postgres-user.ts';

const run = promisify(execFile);

export const SUPERUSER = 'davit';
const PARTIAL = 'data.partial';

/** What PostgreSQL's programs find in their environment: nothing of ours, above all no secret. */
export const postgresEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Whether `folder` holds a database cluster. */
export async function hasCluster(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'PG_VERSION')).catch(() => undefined)) !== undefined;
}

/** @throws AppError POSTGRES_DATA_OTHER_VERSION */
async function checkVersion(folder: string, binaries: PostgresBinaries): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (found === binaries.major) return;
  const older = Number(found) < Number(binaries.major);
  throw postgresErrors.POSTGRES_DATA_OTHER_VERSION({
    message: `${folder} was made by PostgreSQL ${found}; this version of davit brings PostgreSQL ${binaries.major}.`,
    hint: older
      ? 'Make a backup with the version of davit that used it, move the folder away, and restore the backup.'
      : 'Start a newer version of davit, which brings that PostgreSQL.',
    details: { found, expected: binaries.major },
  });
}

async function writePasswordFile(path: string, password: string, user: PostgresUser | undefined): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    if (user) await handle.chown(user.uid, user.gid);
    await handle.writeFile(`${password}\n`);
  } finally {
    await handle.close();
  }
}

/** Runs initdb in a folder of its own and renames the result, so that a cluster exists whole or not at all. */
async function createCluster(options: ClusterOptions): Promise<void> {
  const { folder, parent, binaries, user, password } = options;
  const partial = await createOwnFolder(parent, PARTIAL);
  try {
    if (user) await chown(partial, user.uid, user.gid);
    const passwordFile = join(partial, 'password');
    await writePasswordFile(passwordFile, password, user);
    const argv = [
      `--pgdata=${join(partial, 'data')}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth-local=scram-sha-256',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      // The builtin locale compares by code point: no index breaks when the host's libc or ICU is upgraded.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
      '--data-checksums',
      '--no-instructions',
    ];
    await run(binaries.initdb, argv, { cwd: partial, env: postgresEnvironment, ...(user && idsOf(user)) });
    await rename(join(partial, 'data'), folder);
  } catch (thrown) {
    // Another process that starts davit on the same folder was faster; its cluster has the same password.
    if (await hasCluster(folder)) return;
    const { stderr, message } = thrown as Error & { stderr?: string };
    throw postgresErrors.POSTGRES_INIT_FAILED({
      message: `The data folder of PostgreSQL could not be made: ${stderr?.trim() || message}`,
      cause: thrown,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** As `spawn` and `execFile` take them. */
export function idsOf(user: PostgresUser): { uid: number; gid: number } {
  return { uid: user.uid, gid: user.gid };
}

/** Hands a folder that was restored by root to the user that PostgreSQL runs as. Links are not followed. */
async function chownTree(path: string, user: PostgresUser): Promise<void> {
  await lchown(path, user.uid, user.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    await (entry.isDirectory() ? chownTree(child, user) : lchown(child, user.uid, user.gid));
  }
}

export interface ClusterOptions {
  /** The data folder of PostgreSQL. */
  folder: string;
  /** On the same file system; where the half-made cluster stays out of sight. */
  parent: string;
  binaries: PostgresBinaries;
  user: PostgresUser | undefined;
  password: string;
}

/**
 * Makes sure that there is a cluster of this major version, owned by the user that will run it.
 *
 * @throws AppError POSTGRES_INIT_FAILED, POSTGRES_DATA_OTHER_VERSION
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { folder, parent, binaries, user } = options;
  await mkdir(parent, { recursive: true });
  await removeAbandonedFolders(parent, PARTIAL);
  if (!(await hasCluster(folder))) await createCluster(options);
  await checkVersion(folder, binaries);
  if (user && (await stat(folder)).uid !== user.uid) await chownTree(folder, user);
}
