import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { builderErrors } from '../builder-errors.ts';
import { placeInside } from './place-inside.ts';

/**
 * An open folder, and a name in it. What is done at `place` happens in this very folder, whatever is put in the way to it
 * meanwhile: the kernel resolves `/proc/self/fd/N` to the folder itself, as openat(2) would.
 */
export interface HeldPlace extends AsyncDisposable {
  /** The folder, for system calls of this process and as the working folder of one that it starts. */
  folder: string;
  name: string;
  place: string;
}

const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const inside = (folder: FileHandle) => `/proc/self/fd/${folder.fd}`;

function swapped(path: string, cause: unknown) {
  return builderErrors.BUILD_LINK_LEAVES_SOURCE({
    message: `The way to ${path} was changed while the server looked at it.`,
    cause,
  });
}

/** Undefined when there is no such folder and none is to be made. */
async function enter(folder: FileHandle, name: string, path: string, make: boolean): Promise<FileHandle | undefined> {
  const next = join(inside(folder), name);
  try {
    return await open(next, asFolder);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'ENOTDIR') throw swapped(path, thrown);
    if (code !== 'ENOENT') throw thrown;
    if (!make) return undefined;
  }
  await mkdir(next, { mode: 0o755 }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EEXIST') throw thrown;
  });
  const made = await open(next, asFolder).catch((thrown: unknown) => Promise.reject(swapped(path, thrown)));
  const { uid, gid } = await folder.stat();
  await made.chown(uid, gid);
  return made;
}

/**
 * Opens the folder that holds `path`, relative to `root`, one name at a time and through no link: a process that may write
 * there, such as an instance of the same service, cannot lead davit elsewhere between a look and what follows from it.
 * Undefined when that folder does not exist; with `make` it is made, as its parent's owner.
 * @throws AppError BUILD_LINK_LEAVES_SOURCE
 */
export async function holdPlace(root: string, path: string, make: boolean): Promise<HeldPlace | undefined> {
  const real = await placeInside(root, path);
  const top = await placeInside(root, '.');
  let folder: FileHandle | undefined = await open(top, asFolder);
  try {
    const names = relative(top, dirname(real))
      .split(sep)
      .filter((name) => name !== '');
    for (const name of names) {
      const next = await enter(folder, name, path, make);
      await folder.close();
      folder = next;
      if (folder === undefined) return undefined;
    }
    const held = folder;
    folder = undefined;
    const name = basename(real);
    return {
      folder: inside(held),
      name,
      place: join(inside(held), name),
      [Symbol.asyncDispose]: () => held.close(),
    };
  } finally {
    await folder?.close();
  }
}
