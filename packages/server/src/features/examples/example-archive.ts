import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Pack, pack } from 'tar-stream';

/** What somebody leaves in an example who has tried it on the spot. */
const leftovers: ReadonlySet<string> = new Set([
  '.davit',
  '.git',
  '.venv',
  '__pycache__',
  'dist',
  'node_modules',
  'target',
]);

async function* listFiles(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (leftovers.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    // No links: an example has none, and what somebody linked is not ours to send.
    else if (entry.isFile()) yield path;
  }
}

async function addFiles(archive: Pack, folder: string): Promise<void> {
  for await (const path of listFiles(folder)) {
    const { mode, mtime } = await stat(path);
    archive.entry({ name: relative(folder, path), mode: mode & 0o777, mtime }, await readFile(path));
  }
  archive.finalize();
}

/** The files of an example as a tar archive; they are few and small. */
export function packExample(folder: string): AsyncIterable<Buffer> {
  const archive = pack();
  addFiles(archive, folder).catch((error: Error) => archive.destroy(error));
  return archive as AsyncIterable<Buffer>;
}
