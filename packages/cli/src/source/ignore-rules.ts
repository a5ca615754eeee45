import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';

/** Never part of a source: history, what an install makes anew, davit's own note. */
const alwaysOut: ReadonlySet<string> = new Set(['.git', 'node_modules', '.davit']);

interface RuleFile {
  /** Absolute; patterns are relative to it. */
  folder: string;
  rules: Ignore;
}

/** The rules that hold in one folder: its own and those of the folders above. */
export interface IgnoreRules {
  /** Whether an entry of this folder is left out. */
  isIgnored(name: string, isFolder: boolean): boolean;
  /** The rules one folder further down. */
  enter(name: string): Promise<IgnoreRules>;
}

async function readRules(folder: string, name: string): Promise<RuleFile[]> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  return text === undefined ? [] : [{ folder, rules: createIgnore({ allowRelativePaths: true }).add(text) }];
}

/** The deepest file that says anything about a path decides (gitignore(5), "PATTERN FORMAT"). */
function verdict(files: readonly RuleFile[], path: string, isFolder: boolean): boolean | undefined {
  for (const { folder, rules } of files) {
    const inside = relative(folder, path).split(sep).join('/');
    const parent = inside.slice(0, Math.max(0, inside.lastIndexOf('/')));
    // Its folder was brought back over this file's rules, and everything in it with it.
    if (parent !== '' && rules.test(`${parent}/`).ignored) continue;
    const { ignored, unignored } = rules.test(isFolder ? `${inside}/` : inside);
    if (ignored) return true;
    if (unignored) return false;
  }
  return undefined;
}

/** Both lists deepest first. `.davitignore` has the last word: it may also bring back what Git ignores. */
function rulesOf(folder: string, davit: readonly RuleFile[], git: readonly RuleFile[]): IgnoreRules {
  return {
    isIgnored(name, isFolder) {
      if (alwaysOut.has(name)) return true;
      const path = join(folder, name);
      return verdict(davit, path, isFolder) ?? verdict(git, path, isFolder) ?? false;
    },
    async enter(name) {
      const inner = join(folder, name);
      return rulesOf(
        inner,
        [...(await readRules(inner, '.davitignore')), ...davit],
        [...(await readRules(inner, '.gitignore')), ...git],
      );
    },
  };
}

/** Folders above `folder` up to the top of the repository that it is in, nearest first; none when it is in no repository. */
async function foldersAbove(folder: string): Promise<string[]> {
  const above: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    if ((await stat(join(at, '.git')).catch(() => undefined)) !== undefined) return above;
    if (dirname(at) === at) return [];
    above.push(dirname(at));
  }
}

/** The rules at the top of a source. The `.gitignore` files of a repository around it count too, as they do for Git. */
export async function readIgnoreRules(root: string): Promise<IgnoreRules> {
  const folder = resolve(root);
  const git: RuleFile[] = await readRules(folder, '.gitignore');
  for (const above of await foldersAbove(folder)) git.push(...(await readRules(above, '.gitignore')));
  return rulesOf(folder, await readRules(folder, '.davitignore'), git);
}
