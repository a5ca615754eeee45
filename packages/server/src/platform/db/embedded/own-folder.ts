import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcessStart } from './process-start.ts';

/**
 * Makes a folder for work that is renamed into place when it is done. The name holds this process's id and start time,
 * so that after a `kill -9` the next process knows that nobody works in it any more.
 */
export async function createOwnFolder(parent: string, prefix: string, mode = 0o700): Promise<string> {
  const start = findProcessStart(process.pid) ?? '0';
  const folder = join(parent, `${prefix}-${process.pid}-${start}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  await chmod(folder, mode);
  return folder;
}

/** The folders made by {@link createOwnFolder} whose process is gone. */
export async function listAbandonedFolders(parent: string, prefix: string): Promise<string[]> {
  const pattern = /^-(\d+)-([0-9A-Za-z]+)-[0-9a-f]{8}$/;
  return (await readdir(parent)).flatMap((name) => {
    const match = name.startsWith(prefix) ? pattern.exec(name.slice(prefix.length)) : null;
    return match && findProcessStart(Number(match[1])) !== match[2] ? [join(parent, name)] : [];
  });
}

/** Removes what a process that was killed left half-made. */
export async function removeAbandonedFolders(parent: string, prefix: string): Promise<void> {
  for (const folder of await listAbandonedFolders(parent, prefix)) {
    // Its orphaned initdb may still be writing: a removal that meets a new file is repeated.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
