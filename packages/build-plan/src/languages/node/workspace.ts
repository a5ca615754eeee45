import { globToRegExp } from '../../glob.ts';
import { invalidFile } from '../../plan-error.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import { recordOf, textsOf, valueAt } from '../../unknown-value.ts';
import { type NodeManifest, readNodeManifest } from './manifest.ts';

/** The package of the service and what it is installed with. */
export interface NodeProject {
  manifest: NodeManifest;
  /** Where the lockfile is and the install runs: the workspace's root, or the service's own folder. */
  installRoot: SourceFolder;
  rootManifest: NodeManifest;
  /** Packages of the workspace besides the root, or none. */
  members: NodeManifest[];
}

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** Reads the service's package and finds the workspace that it belongs to, if any, at or above its folder. */
export async function readNodeProject(
  source: SourceFolder,
  repository: SourceFolder,
): Promise<NodeProject | undefined> {
  const manifest = await readNodeManifest(source);
  if (manifest === undefined) return undefined;
  // A lockfile of its own says that the package is installed by itself, whatever lies above it.
  const isAlone =
    source.folder !== '.' && (await hasLockfile(source)) && (await patternsOf(source, manifest)) === undefined;
  for (const folder of isAlone ? [] : foldersUpwards(source.folder)) {
    const root = repository.within(folder);
    const rootManifest = folder === source.folder ? manifest : await readNodeManifest(root);
    if (rootManifest === undefined) continue;
    const patterns = await patternsOf(root, rootManifest);
    if (patterns === undefined) continue;
    const members = await readMembers(root, repository, patterns);
    const belongs = folder === source.folder || members.some((member) => member.folder === source.folder);
    if (belongs) return { manifest, installRoot: root, rootManifest, members };
  }
  return { manifest, installRoot: source, rootManifest: manifest, members: [] };
}

async function hasLockfile(folder: SourceFolder): Promise<boolean> {
  for (const file of LOCKFILES) if (await folder.exists(file)) return true;
  return false;
}

/** `a/b/c` → `a/b/c`, `a/b`, `a`, `.` */
function foldersUpwards(folder: string): string[] {
  if (folder === '.') return ['.'];
  const names = folder.split('/');
  return [...names.map((_, index) => names.slice(0, names.length - index).join('/')), '.'];
}

async function patternsOf(folder: SourceFolder, manifest: NodeManifest): Promise<string[] | undefined> {
  const content = await folder.readYaml('pnpm-workspace.yaml');
  if (content === undefined || content === null) return manifest.workspaces;
  if (recordOf(content) === undefined) {
    throw invalidFile(joinInside(folder.folder, 'pnpm-workspace.yaml'), 'not a map of settings');
  }
  // Newer pnpm keeps its settings in this file too, for a single package that has no members.
  const packages = valueAt(content, 'packages');
  return packages === undefined ? manifest.workspaces : textsOf(packages);
}

async function readMembers(root: SourceFolder, repository: SourceFolder, patterns: string[]): Promise<NodeManifest[]> {
  const tidy = (pattern: string) => pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => globToRegExp(tidy(pattern)));
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => globToRegExp(tidy(pattern.slice(1))));
  const members: NodeManifest[] = [];
  for (const path of await root.find('**/package.json')) {
    const folder = path.slice(0, -'/package.json'.length);
    if (path === 'package.json' || !wanted.some((glob) => glob.test(folder))) continue;
    if (unwanted.some((glob) => glob.test(folder))) continue;
    const member = await readNodeManifest(repository.within(joinInside(root.folder, folder)));
    if (member !== undefined) members.push(member);
  }
  return members;
}

/** The workspace's packages that a package needs, directly or through others, each after what it needs itself. */
export function neededMembers(project: NodeProject): NodeManifest[] {
  const byName = new Map(project.members.map((member) => [member.name, member]));
  const ordered: NodeManifest[] = [];
  const visited = new Set([project.manifest]);
  const visit = (manifest: NodeManifest): void => {
    for (const name of manifest.dependencies) {
      const member = byName.get(name);
      if (member === undefined || visited.has(member)) continue;
      visited.add(member);
      visit(member);
      ordered.push(member);
    }
  };
  visit(project.manifest);
  return ordered;
}
