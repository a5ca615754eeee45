import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcessStat } from './process-start.ts';

/** `postmaster.pid`: the lock of a data folder. Lines as in src/include/utils/pidfile.h of PostgreSQL. */
export interface PostmasterLock {
  pid: number;
  socketFolder: string;
  port: number;
  ready: boolean;
}

/** The lock in the data folder, or undefined when there is none (or not yet a whole one). */
export async function findPostmasterLock(dataFolder: string): Promise<PostmasterLock | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return {
    pid,
    port: Number(lines[3]),
    socketFolder: lines[4] ?? '',
    ready: (lines[7] ?? '').trim() === 'ready',
  };
}

/**
 * Who has the pid of a lock: the postmaster of this data folder, nobody, or a stranger that was given the number later
 * (usual in containers, where pids are few). The start time in the file is wall-clock time, which jumps; the folder that
 * a postmaster works in does not, so that is what is compared.
 */
export async function findLockHolder(pid: number, dataFolder: string): Promise<'postmaster' | 'nobody' | 'stranger'> {
  if (process.platform !== 'linux') return existsByProbe(pid) ? 'postmaster' : 'nobody';
  const found = findProcessStat(pid);
  if (!found || found.state === 'Z' || found.state === 'X') return 'nobody';
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(dataFolder)) ? 'postmaster' : 'stranger';
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return 'nobody';
    // Not ours to look into: taken for the postmaster unless its name says otherwise.
    return found.command === 'postgres' ? 'postmaster' : 'stranger';
  }
}

function existsByProbe(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** No process has it: Linux's largest is 2^22. */
const IMPOSSIBLE_PID = 2 ** 31 - 2;

/**
 * Takes a lock away from a stranger. PostgreSQL clears a lock by itself when no process has its pid, after it has made
 * sure that no orphaned backend still uses the shared memory noted in it. So the pid is replaced, and the rest is kept
 * for that check; removing the file would skip it.
 */
export async function releaseStaleLock(dataFolder: string): Promise<void> {
  const path = join(dataFolder, 'postmaster.pid');
  const { uid, gid } = await stat(dataFolder);
  const lines = (await readFile(path, 'utf8')).split('\n');
  const temporary = `${path}.davit`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile([String(IMPOSSIBLE_PID), ...lines.slice(1)].join('\n'));
    await handle.chown(uid, gid);
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
