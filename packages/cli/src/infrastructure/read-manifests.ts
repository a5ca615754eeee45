import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { wrongUsage } from '../command-line/cli-error.ts';

const isManifest = (name: string): boolean => /\.ya?ml$/.test(name) && !name.startsWith('.');

/** The manifests of a file, of all YAML files of a folder in the order of their names, or (`-`) of standard input. */
export async function readManifestText(path: string): Promise<string> {
  if (path === '-') return await text(process.stdin);
  if (!(await stat(path)).isDirectory()) return await readFile(path, 'utf8');
  const names = (await readdir(path)).filter(isManifest).sort();
  if (names.length === 0) throw wrongUsage(`There is no manifest (*.yaml) in ${path}.`);
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
  return texts.join('\n---\n');
}
