import { chmod, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and the missing ones above it. Those of root can be passed through by others (0711, whatever the umask),
 * since PostgreSQL and what users deploy run as other users; what is private in them has a mode of its own.
 */
export async function makePassableFolder(path: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  for (let folder = resolve(path); folder.length >= first.length; folder = dirname(folder)) await chmod(folder, mode);
}
