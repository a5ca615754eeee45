import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;
// A build takes seconds. Two at once only waste time, for each puts its result in place whole: better that than none.
const patienceMs = 180_000;
const emptyForMs = 2000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function tryTake(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that is gone; of several who see that, one moves it. */
async function removeStale(path: string): Promise<void> {
  const holder = Number(await readFile(path, 'utf8').catch(() => 'NaN'));
  const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
  const isStale = holder > 0 ? !isAlive(holder) : age > emptyForMs;
  if (!isStale) return;
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Does `work` while no other process of this machine does, if that is to be had within three minutes. */
export async function withBuildLock(path: string, work: () => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const giveUpAt = Date.now() + patienceMs;
  let isMine = await tryTake(path);
  while (!isMine && Date.now() < giveUpAt) {
    await removeStale(path);
    isMine = await tryTake(path);
    if (!isMine) await sleep(pollMs);
  }
  try {
    await work();
  } finally {
    if (isMine) await rm(path, { force: true });
  }
}
