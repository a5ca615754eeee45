import { constants } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';

/** A state of this size is one of tens of thousands of resources. */
const largestFile = 64 * 1024 * 1024;

const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ELOOP', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * The content of a file in a folder that a program may change while it is read; null when there is no such plain file. No link
 * is followed, in no part of the path: it would read any file of the host for whoever put it there.
 */
export async function readTenantFile(path: string): Promise<string | null> {
  // Without O_NONBLOCK a named pipe in place of the file would wait for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (file === undefined) return null;
  try {
    // What was opened, whatever lies at the path by now; where there is no /proc, what lies there now.
    const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(path).catch(() => ''));
    const { size } = await file.stat();
    if (opened !== path || !(await file.stat()).isFile() || size > largestFile) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
