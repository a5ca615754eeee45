import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'deploy-key-';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Keeps a deploy key in a file (ssh takes it no other way) while `work` runs. The name holds this process's id, so that
 * {@link sweepDeployKeys} can tell a file that a killed server left.
 */
export async function withDeployKey<T>(
  folder: string,
  privateKey: string,
  work: (keyFile: string) => Promise<T>,
): Promise<T> {
  const keyFile = `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    // ssh refuses a key with DOS line ends or without a last one.
    const content = `${privateKey.replaceAll('\r\n', '\n').trimEnd()}\n`;
    await writeFile(join(folder, keyFile), content, { mode: 0o600, flag: 'wx' });
    return await work(keyFile);
  } finally {
    await rm(join(folder, keyFile), { force: true });
  }
}

/** Removes the keys that processes which are gone left in `folder`; at start also those of this one's id. */
export async function sweepDeployKeys(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (pid === process.pid || !isAlive(pid)) await rm(join(folder, name), { force: true });
  }
}
