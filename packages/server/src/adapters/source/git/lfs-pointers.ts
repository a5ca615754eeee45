import type { GitRemote } from './git-remote.ts';

/** A file that Git LFS keeps beside the repository (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
export interface LfsPointer {
  readonly path: string;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly oid: string;
  /** Bytes of the content. */
  readonly size: number;
}

const version = 'version https://git-lfs.github.com/spec/v1';

async function listSizes(remote: GitRemote, commit: string): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await remote.local(['ls-tree', '-r', '-l', '-z', commit]);
  const files = stdout.matchAll(/(?<=^|\0)100(?:644|755) blob [0-9a-f]+ +(\d+)\t([^\0]+)\0/g);
  return new Map([...files].map(([, size = '', path = '']) => [path, Number(size)]));
}

/**
 * The pointers in a commit: files that are one from the first to the last byte, so that a text about pointers is none.
 * One search over all files, not a process for each.
 */
export async function listLfsPointers(remote: GitRemote, commit: string): Promise<readonly LfsPointer[]> {
  const patterns = [`^${version.replaceAll('.', '\\.')}$`, '^oid sha256:[0-9a-f]{64}$', '^size [0-9]{1,15}$'];
  const options = ['--no-color', '--null', '-I', '-E', '--all-match', ...patterns.flatMap((one) => ['-e', one])];
  const { code, stdout } = await remote.local(['grep', ...options, commit]);
  if (code !== 0) return [];
  const found = new Map<string, { oid?: string; size?: number }>();
  for (const line of stdout.split('\n')) {
    const [, path, oid, size] = /^[0-9a-f]+:([^\0]+)\0(?:oid sha256:([0-9a-f]{64})|size (\d+))$/.exec(line) ?? [];
    if (path === undefined) continue;
    found.set(path, { ...found.get(path), ...(oid === undefined ? { size: Number(size) } : { oid }) });
  }
  const sizes = await listSizes(remote, commit);
  return [...found].flatMap(([path, { oid, size }]) => {
    if (oid === undefined || size === undefined) return [];
    const text = `${version}\noid sha256:${oid}\nsize ${size}\n`;
    return sizes.get(path) === text.length ? [{ path, oid, size }] : [];
  });
}
