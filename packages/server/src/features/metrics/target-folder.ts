import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of ours: nothing else in the folder is touched. */
const ours = /^davit-.*\.json$/;
const unfinished = /^\.davit-.*\.tmp$/;

/** Prometheus never sees half a file: it is written beside, and takes its place whole. */
async function replaceFile(folder: string, name: string, content: string): Promise<void> {
  const temporary = join(folder, `.${name}.tmp`);
  // Read by Prometheus, which runs as somebody else; it holds names and ids only.
  const file = await open(temporary, 'w', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
}

/** Makes the folder hold exactly these files of davit's: name (without `davit-` and `.json`) to content. */
export async function syncTargetFolder(folder: string, wanted: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const files = new Map([...wanted].map(([name, content]) => [`davit-${name}.json`, content]));
  const present = await readdir(folder);
  for (const name of present)
    if (unfinished.test(name) || (ours.test(name) && !files.has(name))) await rm(join(folder, name), { force: true });
  for (const [name, content] of files) {
    const before = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (before !== content) await replaceFile(folder, name, content);
  }
}
