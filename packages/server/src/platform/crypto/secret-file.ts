import { randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cryptoErrors } from './crypto-errors.ts';

/**
 * The secret in `path`, without the line end that editors add, or undefined when there is no such file.
 *
 * @throws AppError SECRET_FILE_EXPOSED, SECRET_FILE_EMPTY
 */
export async function findSecretFile(path: string): Promise<string | undefined> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw cryptoErrors.SECRET_FILE_EXPOSED({ message: `Others on this machine can read or write ${path}.` });
    }
    const secret = (await handle.readFile('utf8')).replace(/\r?\n$/, '');
    if (secret === '') throw cryptoErrors.SECRET_FILE_EMPTY({ message: `${path} is empty.` });
    return secret;
  } finally {
    await handle.close();
  }
}

/**
 * The secret in `path`; made by `create` when there is none yet. Of several processes that make it at once all get the
 * same: the file appears whole, by a hard link that only one of them can place.
 *
 * @throws AppError SECRET_FILE_EXPOSED, SECRET_FILE_EMPTY
 */
export async function readOrCreateSecretFile(path: string, create: () => string): Promise<string> {
  const existing = await findSecretFile(path);
  if (existing !== undefined) return existing;
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${create()}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  const secret = await findSecretFile(path);
  if (secret === undefined) throw cryptoErrors.SECRET_FILE_EMPTY({ message: `${path} was removed while it was read.` });
  return secret;
}

/** Makes a rename or a link in this folder outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
