import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { builderErrors } from '../builder-errors.ts';

/** Undefined when it does not exist; a link that leads nowhere does. */
async function realFolder(path: string): Promise<string | undefined> {
  const status = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return status === undefined ? undefined : await realpath(path).catch(() => '');
}

/**
 * Where `path`, relative to `root`, really is. The source, and what its commands make, may put a link in place of any folder:
 * the server, which may be root, must read, write or remove nothing through one that leads out of the source. The last name
 * itself is not resolved, so that a link is removed or copied as a link.
 * @throws AppError BUILD_LINK_LEAVES_SOURCE
 */
export async function placeInside(root: string, path: string): Promise<string> {
  const top = await realpath(root);
  const whole = join(top, path);
  if (whole === top) return top;
  for (let parent = dirname(whole); ; parent = dirname(parent)) {
    const real = await realFolder(parent);
    if (real === undefined && parent.startsWith(top + sep)) continue;
    if (real !== undefined && (real === top || real.startsWith(top + sep))) return join(real, relative(parent, whole));
    throw builderErrors.BUILD_LINK_LEAVES_SOURCE({ message: `The way to ${path} leads out of the source by a link.` });
  }
}
