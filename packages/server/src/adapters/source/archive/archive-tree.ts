import type { ArchiveLimits } from '../archives.ts';
import { refusedEntry, tooLarge } from './archive-fault.ts';

type Node = 'folder' | 'file' | { readonly target: string };

const longestPath = 4000;
const longestName = 255;
const longestTarget = 1024;
// The kernel gives up after 40 links too (path_resolution(7)).
const mostHops = 40;
// Links that point through links can be made to cost hours to judge; 20,000 links of a node_modules cost 100,000 steps.
const mostSteps = 500_000;

/** The names of an archive's entries, judged one by one, and its links, judged when the whole tree is known. */
export interface ArchiveTree {
  /** Takes a folder in; gives the folders to make, parents first. None when it is there already. */
  addFolder(name: string): readonly string[];
  /** Takes a file in; gives its path and the folders to make first. */
  addFile(name: string): { readonly path: string; readonly folders: readonly string[] };
  /** Takes a link in; it is made last of all, so nothing can be written through it. */
  addLink(name: string, target: string): { readonly folders: readonly string[] };
  /** All links with their targets, every one judged on the final tree. */
  links(): readonly { readonly path: string; readonly target: string }[];
}

function judgeName(name: string, limits: ArchiveLimits): string[] {
  if (/[\u0000-\u001f\u007f]/.test(name)) throw refusedEntry(name, 'has a control character in its name');
  if (name.includes('\ufffd')) throw refusedEntry(name, 'has a name that is not UTF-8');
  if (name.startsWith('/')) throw refusedEntry(name, 'has an absolute path');
  if (name.length > longestPath) throw refusedEntry(name, 'has a path that is too long');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refusedEntry(name, 'has ".." in its path');
  if (parts.some((part) => Buffer.byteLength(part) > longestName))
    throw refusedEntry(name, 'has a name that is too long');
  if (parts.length > limits.depth) throw refusedEntry(name, `lies more than ${limits.depth} folders deep`);
  return parts;
}

function judgeTarget(name: string, target: string): void {
  if (target === '') throw refusedEntry(name, 'is a link to nothing');
  if (target.length > longestTarget) throw refusedEntry(name, 'is a link with a target that is too long');
  if (/[\u0000-\u001f\u007f]/.test(target))
    throw refusedEntry(name, 'is a link with a control character in its target');
  if (target.startsWith('/')) throw refusedEntry(name, 'is a link to an absolute path');
}

/** Follows a link as the kernel would, over the entries of the archive; throws where it steps out of the folder. */
function judgeLink(nodes: ReadonlyMap<string, Node>, path: string, target: string, budget: { steps: number }): void {
  const at = path.split('/').slice(0, -1);
  const pending = target.split('/').reverse();
  let hops = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (--budget.steps < 0) throw refusedEntry(path, 'is one of too many links that point through each other');
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) throw refusedEntry(path, 'is a link that leaves the folder');
      continue;
    }
    at.push(part);
    const node = nodes.get(at.join('/'));
    if (typeof node !== 'object') continue;
    if (++hops > mostHops) throw refusedEntry(path, `is a link over more than ${mostHops} other links`);
    at.pop();
    pending.push(...node.target.split('/').reverse());
  }
}

/** An empty tree. Every method throws ARCHIVE_ENTRY_REFUSED or ARCHIVE_TOO_LARGE, naming the entry. */
export function createArchiveTree(limits: ArchiveLimits): ArchiveTree {
  const nodes = new Map<string, Node>();

  function put(path: string, node: Node): void {
    if (nodes.size >= limits.entries) throw tooLarge(`it has more than ${limits.entries} entries`);
    nodes.set(path, node);
  }

  function makeFolders(name: string, parts: readonly string[]): string[] {
    const made: string[] = [];
    let path = '';
    for (const part of parts) {
      path = path === '' ? part : `${path}/${part}`;
      const node = nodes.get(path);
      if (node === 'folder') continue;
      if (node === 'file') throw refusedEntry(name, 'lies below an entry that is a file');
      if (node !== undefined) throw refusedEntry(name, 'lies below an entry that is a link');
      put(path, 'folder');
      made.push(path);
    }
    return made;
  }

  function addLeaf(name: string, node: Exclude<Node, 'folder'>): { path: string; folders: string[] } {
    const parts = judgeName(name, limits);
    if (parts.length === 0) throw refusedEntry(name, 'would take the place of the folder itself');
    const path = parts.join('/');
    // `tar -r` appends newer copies; taking the last one would let a file turn into a link after it was judged.
    if (nodes.has(path)) throw refusedEntry(name, 'is there twice');
    const folders = makeFolders(name, parts.slice(0, -1));
    put(path, node);
    return { path, folders };
  }

  return {
    addFolder: (name) => makeFolders(name, judgeName(name, limits)),
    addFile: (name) => addLeaf(name, 'file'),
    addLink(name, target) {
      judgeTarget(name, target);
      return addLeaf(name, { target });
    },
    links() {
      const budget = { steps: mostSteps };
      const found: { path: string; target: string }[] = [];
      for (const [path, node] of nodes) {
        if (typeof node !== 'object') continue;
        judgeLink(nodes, path, node.target, budget);
        found.push({ path, target: node.target });
      }
      return found;
    },
  };
}
