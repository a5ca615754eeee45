import type { SourceTree } from './source-tree.ts';

const ARCHITECTURE = 'docs/architecture.md';

/** The annotated tree of docs/architecture.md names the folders there are, and no other. */
export function architectureDocument(tree: SourceTree): readonly string[] {
  const named = namedPaths(tree.read(ARCHITECTURE));
  if (named.length === 0) return [`${ARCHITECTURE} has no annotated tree: a code block with one folder or file a line`];
  const there = new Set(tree.files.flatMap(withFolders));
  const missing = [...there].filter((path) => path.endsWith('/') && mustBeNamed(path) && !named.includes(path));
  const stale = named.filter((path) => !there.has(path));
  return [
    ...missing.toSorted().map((path) => `${ARCHITECTURE} does not name ${path}`),
    ...stale.map((path) => `${ARCHITECTURE} names ${path}, which does not exist`),
  ];
}

/** Top folders, packages, and the folders of the server's source. */
function mustBeNamed(folder: string): boolean {
  return /^(?:[^/]+\/|packages\/[^/]+\/|packages\/server\/(?:src\/)?[^/]+\/)$/.test(folder);
}

/** `a/b/c.ts` → `a/`, `a/b/`, `a/b/c.ts`. */
function withFolders(path: string): readonly string[] {
  const parts = path.split('/');
  return [...parts.slice(0, -1).map((_, at) => `${parts.slice(0, at + 1).join('/')}/`), path];
}

/** The paths of the first code block: two spaces of indent a level, the first word of a line is the name. */
function namedPaths(document: string): readonly string[] {
  const block = /```(?:text)?\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
  const trail: string[] = [];
  return block.split('\n').flatMap((line) => {
    const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    if (name === '') return [];
    trail.length = indent.length / 2;
    trail.push(name);
    return [trail.join('')];
  });
}
