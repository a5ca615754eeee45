import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from './process-identity.ts';

/** The server on this machine, as it says of itself in `DATA_DIR/server.json`. */
export interface LocalServer {
  pid: number;
  startTime: number | null;
  /** Where this command reaches it. */
  url: string;
  version: string;
}

interface ServerFile {
  pid: number;
  startTime: number | null;
  url: string;
  port: number;
  version: string;
}

async function readServerFile(dataDir: string): Promise<ServerFile | undefined> {
  try {
    const file = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as Partial<ServerFile>;
    const isWhole = typeof file.pid === 'number' && typeof file.port === 'number' && typeof file.url === 'string';
    return isWhole ? (file as ServerFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether davit answers there. */
export async function isAlive(url: string, timeoutMs = 2000): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) });
    return response.ok;
  } catch {
    return false;
  }
}

/** The process that serves this data folder, whether it answers yet or not. */
export async function findServerProcess(dataDir: string): Promise<ServerFile | undefined> {
  const file = await readServerFile(dataDir);
  return file !== undefined && (await isRunning(file)) ? file : undefined;
}

/**
 * The server that runs on this data folder and answers. Its own process is looked at first, so that no other program that took
 * its port is given a token.
 */
export async function findLocalServer(dataDir: string): Promise<LocalServer | undefined> {
  const file = await findServerProcess(dataDir);
  if (file === undefined) return undefined;
  const { pid, startTime, version } = file;
  // Its own address may be that of a proxy before it; it may also listen on another address than loopback.
  for (const url of [`http://127.0.0.1:${file.port}`, file.url]) {
    if (await isAlive(url)) return { pid, startTime, version, url };
  }
  return undefined;
}
