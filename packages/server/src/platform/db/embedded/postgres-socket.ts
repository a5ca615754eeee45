import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresErrors } from './postgres-errors.ts';
import type { PostgresUser } from './postgres-user.ts';

/** Part of the socket's name only: nothing listens on a network port. */
export const SOCKET_PORT = 5432;

/** sockaddr_un.sun_path without its NUL: 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;

/** The lock file is the longest name PostgreSQL makes; only the socket's own name is bound by the limit. */
function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= MAX_SOCKET_PATH;
}

/**
 * The private folder (0700) for the socket: below the data folder, or where that is too deep for a socket's name, a short
 * folder whose name is bound to the data folder.
 *
 * @throws AppError POSTGRES_SOCKET_PATH_TOO_LONG
 */
export async function prepareSocketFolder(options: {
  parent: string;
  runtimeDir: string | undefined;
  user: PostgresUser | undefined;
}): Promise<string> {
  const { parent, runtimeDir, user } = options;
  const name = `davit-${createHash('sha256').update(parent).digest('hex').slice(0, 12)}`;
  const root = user ? '/run' : runtimeDir;
  const candidates = [join(parent, 'run'), ...(root ? [join(root, name)] : []), join('/tmp', name)];
  for (const folder of candidates.filter(fits)) {
    if (await makePrivateFolder(folder, user)) return folder;
  }
  throw postgresErrors.POSTGRES_SOCKET_PATH_TOO_LONG();
}

/** Whether the folder now is a private folder of ours. One that someone else put there, in /tmp, is not used. */
async function makePrivateFolder(folder: string, user: PostgresUser | undefined): Promise<boolean> {
  const owner = user?.uid ?? process.getuid?.() ?? 0;
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    const found = await lstat(folder);
    // Root's own folder is one that was made and not yet handed over when davit was killed.
    if (!found.isDirectory() || (found.uid !== owner && found.uid !== process.getuid?.())) return false;
  }
  if (user) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  return true;
}
