import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { builderErrors } from '../builder-errors.ts';

const mostBytes = 1024 * 1024;
const plainPath = /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*(?:\/[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]*)*$/;

const field = (detail: string) => ({ fields: [{ pointer: '/settings/build/dockerfilePath', detail }] });

/** @throws AppError BUILD_DOCKERFILE_PATH_REFUSED unless the path is relative, plain, and stays below */
function assertDockerfilePath(path: string): void {
  if (path.length <= 1024 && plainPath.test(path) && !path.split('/').includes('..')) return;
  throw builderErrors.BUILD_DOCKERFILE_PATH_REFUSED(field('is no plain relative path'));
}

/** The folder of the service within its source, without a link in it. @throws AppError BUILD_LINK_LEAVES_SOURCE */
export async function serviceFolder(source: string, rootFolder: string): Promise<string> {
  const top = await realpath(source);
  const folder = await realpath(join(top, rootFolder)).catch(() => '');
  if (folder === top || folder.startsWith(top + sep)) return folder;
  throw builderErrors.BUILD_LINK_LEAVES_SOURCE({ message: `The root folder ${rootFolder} is not within the source.` });
}

/**
 * The content of a file in the source; undefined when there is none of this name.
 *
 * @param source the top of the source: links may lead anywhere within it
 * @throws AppError BUILD_LINK_LEAVES_SOURCE, BUILD_DOCKERFILE_REFUSED
 */
export async function readSourceFile(source: string, folder: string, path: string): Promise<string | undefined> {
  assertDockerfilePath(path);
  const asked = join(folder, path);
  const status = await lstat(asked).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (status === undefined && (await realpath(dirname(asked)).catch(() => undefined)) === undefined) return undefined;
  const top = await realpath(source);
  const parent = await realpath(dirname(asked)).catch(() => '');
  const real = status === undefined ? parent : await realpath(asked).catch(() => '');
  if (real !== top && !real.startsWith(top + sep)) {
    throw builderErrors.BUILD_LINK_LEAVES_SOURCE({
      message: `${path} leads out of the source by a link.`,
      ...field('leads out of the source by a link'),
    });
  }
  if (status === undefined) return undefined;
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, isFile } = await file.stat().then((each) => ({ size: each.size, isFile: each.isFile() }));
    if (!isFile || size > mostBytes) {
      const detail = isFile ? 'is larger than 1 MiB' : 'is no file';
      throw builderErrors.BUILD_DOCKERFILE_REFUSED({ message: `${path} ${detail}.`, ...field(detail) });
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
