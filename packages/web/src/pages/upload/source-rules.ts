import createIgnore, { type Ignore } from 'ignore';

/** Never part of a source: history, what an install makes anew, davit's own note. */
const alwaysOut: ReadonlySet<string> = new Set(['.git', 'node_modules', '.davit']);

/** Whether a path is left out whatever the rules say: such folders need not even be read. */
export function isAlwaysOut(path: string): boolean {
  return alwaysOut.has(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a file says what is left out. */
export function isRuleFile(path: string): boolean {
  return /(?:^|\/)\.(?:git|davit)ignore$/.test(path);
}

interface RuleFile {
  /** Patterns are relative to it; '' is the top. */
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * The rules of a folder, from the texts of its `.gitignore` and `.davitignore` files by path. They are read as the command line does:
 * the deepest file that says anything decides, `.davitignore` has the last word and may bring back what Git ignores, and nothing
 * in a folder that is left out comes back (gitignore(5), "PATTERN FORMAT").
 *
 * @returns for a file's path the file or the outermost folder (with a slash at its end) that is left out; undefined where it stays
 */
export function createSourceRules(texts: ReadonlyMap<string, string>): (path: string) => string | undefined {
  const git = ruleFiles(texts, '.gitignore');
  const davit = ruleFiles(texts, '.davitignore');
  const folders = new Map<string, string | undefined>();

  function isOut(path: string, isFolder: boolean): boolean {
    return isAlwaysOut(path) || (verdict(davit, path, isFolder) ?? verdict(git, path, isFolder) ?? false);
  }

  function leftOutFolder(path: string): string | undefined {
    if (path === '') return undefined;
    if (!folders.has(path)) {
      const above = leftOutFolder(parentOf(path));
      folders.set(path, above ?? (isOut(path, true) ? `${path}/` : undefined));
    }
    return folders.get(path);
  }

  return (path) => leftOutFolder(parentOf(path)) ?? (isOut(path, false) ? path : undefined);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Deepest first. */
function ruleFiles(texts: ReadonlyMap<string, string>, name: string): readonly RuleFile[] {
  return [...texts]
    .filter(([path]) => path === name || path.endsWith(`/${name}`))
    .map(([path, text]) => ({ folder: parentOf(path), rules: createIgnore({ allowRelativePaths: true }).add(text) }))
    .toSorted((one, other) => other.folder.length - one.folder.length);
}

function verdict(files: readonly RuleFile[], path: string, isFolder: boolean): boolean | undefined {
  for (const { folder, rules } of files) {
    if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    const parent = parentOf(inside);
    // Its folder was brought back over this file's rules, and everything in it with it.
    if (parent !== '' && rules.test(`${parent}/`).ignored) continue;
    const { ignored, unignored } = rules.test(isFolder ? `${inside}/` : inside);
    if (ignored) return true;
    if (unignored) return false;
  }
  return undefined;
}
