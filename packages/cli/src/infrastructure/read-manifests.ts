import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { wrongUsage } from '../command-line/cli-error.ts';

const isManifest = (name: string): boolean => /\.ya?ml$/.test(name) && !name.startsWith('.');

/** Manifests as one text. */
export interface ManifestText {
  readonly text: string;
  /** Where it was put together from several: the line, from 1, at which each file begins. */
  readonly files: readonly { readonly path: string; readonly firstLine: number }[];
}

const separator = '\n---\n';

/** The manifests of a file, of all YAML files of a folder in the order of their names, or (`-`) of standard input. */
export async function readManifests(path: string): Promise<ManifestText> {
  if (path === '-') return { text: await text(process.stdin), files: [] };
  if (!(await stat(path)).isDirectory()) return { text: await readFile(path, 'utf8'), files: [] };
  const names = (await readdir(path)).filter(isManifest).sort();
  if (names.length === 0) throw wrongUsage(`There is no manifest (*.yaml) in ${path}.`);
  const paths = names.map((name) => join(path, name));
  const texts = await Promise.all(paths.map((each) => readFile(each, 'utf8')));
  const linesBefore = (at: number) => texts.slice(0, at).join(separator).split('\n').length + 1;
  const files = paths.map((each, at) => ({ path: each, firstLine: at === 0 ? 1 : linesBefore(at) + 1 }));
  return { text: texts.join(separator), files };
}
