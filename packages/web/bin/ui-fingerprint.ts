import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What a build reads. */
const sources = ['packages/web', 'packages/api'];
const notBuilt = new Set(['node_modules', 'dist', 'test']);

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const kept = entries.filter(({ name }) => !notBuilt.has(name) && !name.startsWith('.') && !name.endsWith('.test.ts'));
  const own = kept.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const folders = kept.filter((entry) => entry.isDirectory()).map(({ name }) => listFiles(join(folder, name)));
  return [...own, ...(await Promise.all(folders)).flat()];
}

/** Names the content that a build of the UI is made from: sources, the API's client and the exact versions of all packages. */
export async function fingerprintUi(root: string): Promise<string> {
  const lists = await Promise.all(sources.map((folder) => listFiles(join(root, folder))));
  const paths = [...lists.flat(), join(root, 'package-lock.json')].toSorted();
  const hash = createHash('sha256');
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  paths.forEach((path, index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    hash.update(`${relative(root, path).split(sep).join('/')}\0${content.length}\0`).update(content);
  });
  return hash.digest('hex');
}
