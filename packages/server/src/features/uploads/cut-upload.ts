import { access, readdir, readlink } from 'node:fs/promises';

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Whether a process of this machine has the file open; whose files cannot be looked at counts for nothing. */
async function isOpen(path: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of processes) {
    // It has ended meanwhile, or is another user's, who cannot write here.
    const files = await readdir(`/proc/${id}/fd`).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${id}/fd/${file}`).catch(() => '')));
    if (targets.includes(path)) return true;
  }
  return false;
}

/**
 * Whether the file was being received by a server that has died: it is there, and nobody writes it. A server that lives has it
 * open from its first moment until it has its final name. Where nobody can tell (no `/proc`), it was not.
 *
 * @param path without a link in it
 * @param isWritten whether somebody has it open; rejects where nobody can tell
 */
export async function isCut(path: string, isWritten: (path: string) => Promise<boolean> = isOpen): Promise<boolean> {
  if (!(await isThere(path))) return false;
  if (await isWritten(path).catch(() => true)) return false;
  // Given its final name meanwhile?
  return await isThere(path);
}
