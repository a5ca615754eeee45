import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { idsOf, postgresEnvironment } from './postgres-cluster.ts';
import { postgresErrors } from './postgres-errors.ts';
import { SOCKET_PORT } from './postgres-socket.ts';
import type { PostgresUser } from './postgres-user.ts';
import { findLockHolder, findPostmasterLock, type PostmasterLock } from './postmaster-lock.ts';

const MAX_LOG_BYTES = 5 * 1024 * 1024;
const POLL_MS = 20;
const STOP_TIMEOUT_MS = 30_000;

/**
 * The postmaster keeps the score that davit's own processes have; what serves one connection each goes back to that of any process, as
 * PostgreSQL's manual has it ("Linux Memory Overcommit"): one that is ended takes its memory along, and the postmaster goes on.
 */
const oomEnvironment = { PG_OOM_ADJUST_FILE: '/proc/self/oom_score_adj', PG_OOM_ADJUST_VALUE: '0' };

export interface PostmasterOptions {
  program: string;
  dataFolder: string;
  socketFolder: string;
  logFile: string;
  user: PostgresUser | undefined;
  maxConnections: number;
}

/** A folder's name as an entry of `unix_socket_directories`, which is a list separated by commas. */
function quoteListEntry(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * The arguments of `postgres`, with settings for a database that shares a small machine with what it serves. fsync and full_page_writes stay on. They are
 * given as arguments, so that they hold whatever the folder's postgresql.conf says; none is a secret.
 */
export function argvOf(options: PostmasterOptions): string[] {
  const settings = {
    listen_addresses: '',
    port: SOCKET_PORT,
    unix_socket_directories: quoteListEntry(options.socketFolder),
    unix_socket_permissions: '0700',
    max_connections: options.maxConnections,
    shared_buffers: '48MB',
    max_wal_size: '256MB',
    min_wal_size: '64MB',
    max_worker_processes: 4,
    max_parallel_workers: 2,
    max_logical_replication_workers: 0,
    // The default of 18 keeps three more processes for reading ahead.
    io_method: 'sync',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // What a statement did wrong is told to davit, which logs it without the values; the file is for the server's own fate.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
  };
  return ['-D', options.dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function openLog(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

export interface SpawnedPostmaster {
  pid: number;
  ended(): boolean;
  /** Where in the log the output of this start begins. */
  logOffset: number;
}

/**
 * Starts the postmaster in a session of its own with its output in a file: it outlives this process, and holds nothing
 * of it.
 *
 * @throws AppError POSTGRES_START_FAILED
 */
export async function spawnPostmaster(options: PostmasterOptions): Promise<SpawnedPostmaster> {
  const log = await openLog(options.logFile);
  try {
    const { size: logOffset } = await log.stat();
    const child = spawn(options.program, argvOf(options), {
      cwd: '/',
      env: { ...postgresEnvironment, ...oomEnvironment },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(options.user && idsOf(options.user)),
    });
    await once(child, 'spawn');
    child.unref();
    return { pid: child.pid ?? 0, logOffset, ended: () => child.exitCode !== null || child.signalCode !== null };
  } catch (thrown) {
    throw postgresErrors.POSTGRES_START_FAILED({
      message: `PostgreSQL could not be started: ${(thrown as Error).message}.`,
      cause: thrown,
    });
  } finally {
    await log.close();
  }
}

/** What the log got since `offset`, its last lines: the reason PostgreSQL gave for ending. */
export async function readLogEnd(logFile: string, offset: number): Promise<string> {
  const text = (await readFile(logFile)).subarray(offset).toString('utf8');
  return text.trim().split('\n').slice(-5).join('\n');
}

/** The lock of the postmaster that runs on this data folder, or undefined. */
export async function findPostmaster(dataFolder: string): Promise<PostmasterLock | undefined> {
  const lock = await findPostmasterLock(dataFolder);
  return lock && (await findLockHolder(lock.pid, dataFolder)) === 'postmaster' ? lock : undefined;
}

/**
 * Waits until the postmaster takes connections. Undefined when it ends instead.
 *
 * @throws AppError POSTGRES_NOT_READY after `timeoutMs`; it is left running, since a recovery goes on by itself.
 */
export async function waitUntilReady(
  dataFolder: string,
  ended: () => Promise<boolean>,
  timeoutMs: number,
): Promise<PostmasterLock | undefined> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ended())) {
    const lock = await findPostmaster(dataFolder);
    if (lock?.ready) return lock;
    if (Date.now() > deadline) throw postgresErrors.POSTGRES_NOT_READY();
    await sleep(POLL_MS);
  }
  return undefined;
}

/**
 * Signals PostgreSQL's fast shutdown, and the immediate one (recovered at the next start) when that takes too long.
 * False when none runs.
 */
export async function stopPostmaster(dataFolder: string): Promise<boolean> {
  const lock = await findPostmaster(dataFolder);
  if (!lock) return false;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(lock.pid, signal);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return true;
      throw thrown;
    }
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if ((await findLockHolder(lock.pid, dataFolder)) !== 'postmaster') return true;
      await sleep(POLL_MS);
    }
  }
  throw postgresErrors.POSTGRES_NOT_READY({ message: `PostgreSQL (process ${lock.pid}) does not end.` });
}
