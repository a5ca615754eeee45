import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The files of the repository, by paths relative to its root, with `/` between the parts. */
export interface SourceTree {
  readonly files: readonly string[];
  has(path: string): boolean;
  /** @throws when there is no such file. */
  read(path: string): string;
}

/** The tree below `root`: what Git tracks, and what is new and not ignored, so that a fault shows before it is committed. */
export async function openSourceTree(root: string): Promise<SourceTree> {
  const argv = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await promisify(execFile)('git', argv, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const listed = [...new Set(stdout.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)));
  return treeOf(listed, (path) => readFileSync(join(root, path), 'utf8'));
}

/** A tree that is only in memory: what a rule is shown to refuse. */
export function sourceTreeOf(files: Readonly<Record<string, string>>): SourceTree {
  return treeOf(Object.keys(files), (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`No such file: ${path}`);
    return text;
  });
}

function treeOf(paths: readonly string[], readText: (path: string) => string): SourceTree {
  const files = paths.toSorted();
  const known = new Set(files);
  const texts = new Map<string, string>();
  return {
    files,
    has: (path) => known.has(path),
    read(path) {
      const text = texts.get(path) ?? readText(path);
      texts.set(path, text);
      return text;
    },
  };
}
