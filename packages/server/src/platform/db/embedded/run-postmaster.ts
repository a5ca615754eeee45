import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresErrors } from './postgres-errors.ts';
import {
  argvOf,
  findPostmaster,
  type PostmasterOptions,
  readLogEnd,
  spawnPostmaster,
  stopPostmaster,
  waitUntilReady,
} from './postmaster.ts';
import { findLockHolder, findPostmasterLock, type PostmasterLock, releaseStaleLock } from './postmaster-lock.ts';

const RETRY_MS = 200;

export interface RunningPostmaster {
  lock: PostmasterLock;
  /** It ran before. */
  adopted: boolean;
}

/** Whether the running postmaster was started with the very program and settings that are wanted now. */
async function isAsWanted(options: PostmasterOptions): Promise<boolean> {
  // postmaster.opts is the command line of the last start, each argument in double quotes (CreateOptsFile).
  const started = await readFile(join(options.dataFolder, 'postmaster.opts'), 'utf8').catch(() => '');
  const program = await realpath(options.program);
  return started.trim() === [program, ...argvOf(options).map((argument) => `"${argument}"`)].join(' ');
}

async function adopt(options: RunOptions): Promise<RunningPostmaster | undefined> {
  const { dataFolder, timeoutMs } = options;
  const found = await findPostmaster(dataFolder);
  if (!found) return undefined;
  // Its settings are on disk only once it is on its way: who looks earlier takes one that another davit starts for a foreign one.
  const gone = async () => (await findLockHolder(found.pid, dataFolder)) !== 'postmaster';
  const lock = await waitUntilReady(dataFolder, gone, timeoutMs);
  if (!lock) return undefined;
  if (options.replaceOther && !(await isAsWanted(options))) {
    await stopPostmaster(dataFolder);
    return undefined;
  }
  return { lock, adopted: true };
}

async function clearStrangersLock(dataFolder: string): Promise<void> {
  const lock = await findPostmasterLock(dataFolder);
  if (lock && (await findLockHolder(lock.pid, dataFolder)) === 'stranger') await releaseStaleLock(dataFolder);
}

/** What a start that lost says: another davit was faster, or backends of a killed postmaster are still ending. */
const passing = /lock file .* already exists|pre-existing shared memory block/;

export interface RunOptions extends PostmasterOptions {
  /** How long to wait for an answer. */
  timeoutMs: number;
  /** A postmaster with other settings or of another version is not adopted, but stopped, and started as wanted. */
  replaceOther: boolean;
}

/**
 * Adopts the postmaster of the data folder, or starts one.
 *
 * @throws AppError POSTGRES_START_FAILED, POSTGRES_NOT_READY
 */
export async function runPostmaster(options: RunOptions): Promise<RunningPostmaster> {
  const { timeoutMs } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const adopted = await adopt(options);
    if (adopted) return adopted;
    await clearStrangersLock(options.dataFolder);
    const process = await spawnPostmaster(options);
    const lock = await waitUntilReady(options.dataFolder, async () => process.ended(), timeoutMs);
    if (lock) return { lock, adopted: lock.pid !== process.pid };
    const reason = await readLogEnd(options.logFile, process.logOffset);
    if (!passing.test(reason) || Date.now() > deadline) {
      throw postgresErrors.POSTGRES_START_FAILED({ message: `PostgreSQL ended while it started:\n${reason}` });
    }
    await sleep(RETRY_MS);
  }
}
