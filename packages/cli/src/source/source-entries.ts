import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type IgnoreRules, readIgnoreRules } from './ignore-rules.ts';

/** A file, folder or link of a source. */
export interface SourceEntry {
  /** Relative to the source, with `/`. */
  path: string;
  type: 'file' | 'folder' | 'link';
  /** Of a file, in bytes; 0 for others. */
  size: number;
  /** Permission bits. */
  mode: number;
  modifiedAt: Date;
  /** Of a link, as it is stored. */
  target: string | undefined;
}

async function* walk(root: string, folder: string, rules: IgnoreRules): AsyncIterable<SourceEntry> {
  const names = await readdir(join(root, folder), { withFileTypes: true });
  // By code unit and not by locale: the same everywhere.
  names.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of names) {
    const isFolder = entry.isDirectory();
    if (rules.isIgnored(entry.name, isFolder)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const facts = await lstat(join(root, path));
    const common = { path, mode: facts.mode & 0o777, modifiedAt: facts.mtime };
    if (isFolder) {
      yield { ...common, type: 'folder', size: 0, target: undefined };
      yield* walk(root, path, await rules.enter(entry.name));
    } else if (entry.isSymbolicLink()) {
      yield { ...common, type: 'link', size: 0, target: await readlink(join(root, path)) };
    } else if (entry.isFile()) {
      yield { ...common, type: 'file', size: facts.size, target: undefined };
    }
    // Sockets, pipes and devices are no source.
  }
}

/** Everything in a folder that belongs to its source, folders before what is in them, in the same order every time. */
export async function* readSourceEntries(root: string): AsyncIterable<SourceEntry> {
  yield* walk(root, '', await readIgnoreRules(root));
}
