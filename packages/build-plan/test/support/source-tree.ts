import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands at a path: a text as it is, a link, or anything else as JSON. */
type TreeEntry = string | { link: string } | Record<string, unknown>;

export type Tree = Readonly<Record<string, TreeEntry>>;

/** Writes files into a fresh folder that goes away with the scope: `await using source = await sourceTree({ … })`. */
export async function sourceTree(tree: Tree): Promise<AsyncDisposable & { root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'davit-plan-'));
  for (const [path, entry] of Object.entries(tree)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    if (typeof entry === 'string') await writeFile(file, entry);
    else if (typeof entry['link'] === 'string') await symlink(entry['link'], file);
    else await writeFile(file, JSON.stringify(entry, null, 2));
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
