import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { postgresErrors } from './postgres-errors.ts';

const run = promisify(execFile);

/** The user PostgreSQL runs as, when it is not the server's own. */
export interface PostgresUser {
  name: string;
  uid: number;
  gid: number;
}

const PREFERRED_USER = 'davit-postgres';

/** Asks the system (`id`), since users may come from elsewhere than /etc/passwd. */
async function findUser(name: string): Promise<PostgresUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createUser(): Promise<void> {
  const argv = ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  // It may be missing, refuse (a read-only /etc), or lose against another process: what counts is whether the user is there.
  await run('useradd', [...argv, '--user-group', PREFERRED_USER]).catch(() => {});
}

/**
 * The user for PostgreSQL, which refuses to run as root: undefined when the server itself is not root, else the owner of
 * the data it already has, else `davit-postgres` (created when the system can), else `nobody`.
 *
 * @throws AppError POSTGRES_USER_MISSING
 */
export async function resolvePostgresUser(dataFolder: string): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const preferred = await findUser(PREFERRED_USER);
  if (preferred) return preferred;
  await createUser();
  const user = (await findUser(PREFERRED_USER)) ?? (await findUser('nobody'));
  if (!user || user.uid === 0) throw postgresErrors.POSTGRES_USER_MISSING();
  return user;
}

/** The first folder on the way to `path` that the mode bits close to `user`; undefined when they close none. */
async function findClosedFolder(path: string, user: PostgresUser): Promise<string | undefined> {
  const folders: string[] = [];
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) folders.unshift(folder);
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return undefined;
}

/**
 * Makes sure that `user` can run `program`, by running it; and says which folder is in the way when it cannot.
 *
 * @throws AppError POSTGRES_FOLDER_UNREACHABLE, POSTGRES_NOT_AVAILABLE
 */
export async function checkReachable(program: string, user: PostgresUser | undefined): Promise<void> {
  try {
    await run(program, ['--version'], { cwd: '/', env: {}, ...(user && { uid: user.uid, gid: user.gid }) });
  } catch (thrown) {
    const closed = user && (await findClosedFolder(dirname(program), user));
    if (user && closed) {
      throw postgresErrors.POSTGRES_FOLDER_UNREACHABLE({
        message: `PostgreSQL runs as ${user.name}, which may not pass through ${closed}.`,
        cause: thrown,
      });
    }
    throw postgresErrors.POSTGRES_NOT_AVAILABLE({
      message: 'The programs of the embedded PostgreSQL do not run on this machine.',
      hint: 'They need Linux with glibc 2.27 or newer, or macOS. Set DATABASE_URL to a PostgreSQL of your own.',
      cause: thrown,
    });
  }
}
