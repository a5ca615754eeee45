import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isObjectName, newestFirst, type ObjectStore, type StoredObject } from '../object-store.ts';
import { objectStoreErrors } from '../object-store-errors.ts';

/** What a file is called until it is whole. */
const PARTIAL = '.partial';

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Copies a file whole: beside its name first, and flushed before it gets it. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = `${to}${PARTIAL}`;
  await rm(temporary, { force: true });
  // Not copyFile: it gives the copy the mode of the original.
  await pipeline(createReadStream(from), createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }));
  await rename(temporary, to);
}

function failed(thrown: unknown, folder: string): Error {
  const { code, message } = thrown as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return objectStoreErrors.OBJECT_STORE_FAILED({
    message: isFull ? `${folder} is full.` : `${folder} cannot be used: ${message}.`,
    hint: isFull
      ? 'Free room there, or name another folder.'
      : 'Check that the folder is there and davit may write in it.',
    cause: thrown,
  });
}

/** A folder of this machine, or one that is mounted. Its files are mode 0600. */
export function createFolderStore({ folder }: { folder: string }): ObjectStore {
  async function look(name: string): Promise<StoredObject[]> {
    const found = await stat(join(folder, name)).catch(() => undefined);
    return found?.isFile() ? [{ name, bytes: found.size, modifiedAt: found.mtime }] : [];
  }

  return {
    place: folder,
    async put(name, file) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await copyWhole(file, join(folder, name));
        await sync(folder);
      } catch (error) {
        throw failed(error, folder);
      }
    },
    async list() {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw failed(error, folder);
      });
      return newestFirst((await Promise.all(names.filter(isObjectName).map(look))).flat());
    },
    async fetch(name, file) {
      if (!isObjectName(name) || (await look(name)).length === 0) throw objectStoreErrors.OBJECT_NOT_FOUND();
      await copyWhole(join(folder, name), file);
    },
    async removeUnfinished(isOwn) {
      const names = await readdir(folder).catch(() => []);
      const left = names.filter((name) => name.endsWith(PARTIAL) && isOwn(name.slice(0, -PARTIAL.length)));
      for (const name of left) await rm(join(folder, name), { force: true });
    },
    async remove(name) {
      if (isObjectName(name)) await rm(join(folder, name), { force: true });
    },
  };
}
