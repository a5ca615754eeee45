import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How programs of this machine find the server that runs on a data folder; `startTime` guards against a reused pid. */
export interface ServerFile {
  pid: number;
  /** Clock ticks since boot, from /proc/PID/stat; null where there is no such thing. */
  startTime: number | null;
  url: string;
  port: number;
  version: string;
}

const fileOf = (dataDir: string) => join(dataDir, 'server.json');

async function startTimeOf(pid: number | 'self'): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in brackets may hold spaces; field 22 of proc(5) is the 20th after it.
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? null : Number(field);
}

/** The server that the file speaks of, and whether exactly that process is there; undefined where there is no file. */
export async function findServerFile(dataDir: string): Promise<(ServerFile & { isRunning: boolean }) | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined || pidIn(text) === undefined) return undefined;
  const file = JSON.parse(text) as ServerFile;
  const now = await startTimeOf(file.pid);
  const isThere = now === null ? isSignalable(file.pid) : now === file.startTime || file.startTime === null;
  return { ...file, isRunning: isThere };
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Says that this process serves the data folder. */
export async function writeServerFile(
  dataDir: string,
  facts: Pick<ServerFile, 'url' | 'port' | 'version'>,
): Promise<void> {
  const content: ServerFile = { pid: process.pid, startTime: await startTimeOf('self'), ...facts };
  const temporary = `${fileOf(dataDir)}.${process.pid}`;
  // Flushed, so that a power cut leaves the former file or this one, and not an empty one.
  await writeFile(temporary, JSON.stringify(content), { mode: 0o644, flush: true });
  await rename(temporary, fileOf(dataDir));
}

/** A file that cannot be read must not keep the server from stopping in order. */
function pidIn(text: string): number | undefined {
  try {
    return (JSON.parse(text) as Partial<ServerFile> | null)?.pid;
  } catch {
    return undefined;
  }
}

/** Takes that back, unless another server has taken over meanwhile. */
export async function removeServerFile(dataDir: string): Promise<void> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => '');
  if (pidIn(text) === process.pid) await rm(fileOf(dataDir), { force: true });
}
