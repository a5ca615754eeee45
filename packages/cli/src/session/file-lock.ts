import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { failed } from '../command-line/cli-error.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../local/process-identity.ts';

export interface FileLockOptions {
  /** How long to wait for another process, in milliseconds; 30 s. */
  timeoutMs?: number;
  /** Told once when another process holds the lock. */
  onWait?: (holder: number) => void;
}

const pollMs = 25;
// An empty lock file is one that is being written; after this long its writer is gone.
const emptyForMs = 2000;

async function tryTake(path: string, own: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(own);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function parseHolder(text: string): ProcessIdentity | undefined {
  const { pid, startTime } = (text === '' ? {} : JSON.parse(text)) as Partial<ProcessIdentity>;
  return typeof pid === 'number' ? { pid, startTime: startTime ?? null } : undefined;
}

/** Takes a lock away whose process is gone. Of several who see that, one moves it; a fresh one moved by mistake goes back. */
async function removeStale(path: string, content: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function take(path: string, { timeoutMs = 30_000, onWait }: FileLockOptions): Promise<void> {
  const own = JSON.stringify(await ownIdentity());
  const startedAt = Date.now();
  let emptySince: number | undefined;
  let told = false;
  while (!(await tryTake(path, own))) {
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (content === undefined) continue;
    const holder = parseHolder(content);
    emptySince = holder === undefined ? (emptySince ?? Date.now()) : undefined;
    const isStale = holder === undefined ? Date.now() - (emptySince ?? 0) > emptyForMs : !(await isRunning(holder));
    if (isStale) {
      await removeStale(path, content);
      continue;
    }
    if (!told && holder !== undefined) onWait?.(holder.pid);
    told ||= holder !== undefined;
    if (Date.now() - startedAt > timeoutMs) {
      throw failed(`Process ${holder?.pid ?? '?'} holds ${path} and does not let go.`, {
        hint: `End that process, or remove the file when it is none of davit's.`,
      });
    }
    await sleep(pollMs);
  }
}

/** Does `work` while no other process does, on this machine. A lock outlives no process: that of a killed one is taken over. */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  await take(path, options);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
