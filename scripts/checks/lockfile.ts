import type { SourceTree } from './source-tree.ts';

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

type Dependencies = Readonly<Record<string, string>>;

/** Every package is pinned: exact in the manifests, by its checksum in the lockfile, from whatever registry the user has. */
export function lockfile(tree: SourceTree): readonly string[] {
  const { packages } = JSON.parse(tree.read('package-lock.json')) as { packages: Record<string, Locked> };
  const locked = Object.entries(packages).filter(([path]) => path.includes('node_modules/'));
  const manifests = tree.files.filter((path) => /^(?:packages\/[^/]+\/)?package\.json$/.test(path));
  return [...locked.flatMap(([path, entry]) => judgeEntry(path, entry)), ...manifests.flatMap((path) => judge(path))];

  function judge(path: string): readonly string[] {
    const manifest = JSON.parse(tree.read(path)) as Readonly<Record<string, Dependencies | undefined>>;
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
    const all = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
    return all
      .filter(([, version]) => !/^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${path}: ${name} is not pinned to one version (${version})`);
  }
}

function judgeEntry(path: string, entry: Locked): readonly string[] {
  const { resolved, link, integrity, inBundle } = entry;
  if (link === true || inBundle === true) return [];
  // Of another platform, added by scripts/complete-lockfile.ts: npm here does not read it.
  if (resolved === undefined && entry.optional === true && entry.os !== undefined) return [];
  return [
    ...(resolved === undefined ? [] : [`package-lock.json: ${path} has an address (${resolved})`]),
    ...(integrity === undefined ? [`package-lock.json: ${path} has no checksum`] : []),
  ];
}
