import { join } from 'node:path';
import type { DependencyCaches } from '../../adapters/builder/dependency-caches.ts';
import type { Shelf } from '../../adapters/builder/image-shelf.ts';
import type { StoragePart, StoredArtifact } from './storage.ts';

/** Folders that davit writes to. */
export interface StorageFolders {
  dataDir: string;
  buildDir: string;
  toolchains: string;
  sources: string;
  uploads: string;
  logs: string;
  /** Modules of cloud resources, their stacks and plugins. */
  cloudResources: readonly string[];
  /** Undefined: in a bucket. */
  backups: string | undefined;
  /** Undefined: the database is elsewhere. */
  database: string | undefined;
}

/** In which order folders are measured: what lies in two of them counts for the first, and the data folder has the rest. */
export function measuredFolders(folders: StorageFolders, caches: DependencyCaches): string[] {
  const { dataDir, buildDir, toolchains, sources, uploads, logs, cloudResources, backups, database } = folders;
  const optional = [backups, database].filter((folder) => folder !== undefined);
  return [buildDir, caches.folder, toolchains, sources, uploads, logs, ...cloudResources, ...optional, dataDir];
}

export interface StoragePartsInput {
  folders: StorageFolders;
  caches: DependencyCaches;
  sizes: ReadonlyMap<string, number>;
  busy: ReadonlySet<string>;
  artifacts: readonly StoredArtifact[];
  /** What the engine holds, or why that is not known; undefined: no engine. */
  shelf: { place: string; found: Shelf | Error } | undefined;
  databaseBytes: number;
}

const collectable = (artifacts: readonly StoredArtifact[], kind: StoredArtifact['kind']) =>
  artifacts
    .filter((artifact) => artifact.kind === kind && artifact.kept === 'collectable')
    .reduce((total, { ownBytes }) => total + (ownBytes ?? 0), 0);

function engineParts({ shelf, artifacts }: StoragePartsInput): StoragePart[] {
  if (shelf === undefined) return [];
  const { place, found } = shelf;
  const fault = found instanceof Error ? found.message : undefined;
  return [
    {
      name: 'images',
      bytes: found instanceof Error ? null : found.imageBytes,
      collectableBytes: collectable(artifacts, 'image'),
      place,
      detail: fault ?? 'Images of releases, with those they begin with. Each service keeps five to roll back to.',
    },
    {
      name: 'build-cache',
      bytes: found instanceof Error ? null : found.cacheBytes,
      collectableBytes: 0,
      place,
      detail:
        fault ??
        'Kept by BuildKit for the next build, of other programs too: it does not say whose, so davit leaves it to BuildKit. `docker builder prune` empties it.',
    },
  ];
}

/** What takes how much. */
export function storageParts(input: StoragePartsInput): StoragePart[] {
  const { folders, caches, sizes, busy, artifacts } = input;
  const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + (sizes.get(path) ?? 0), 0);
  const folderPart = (
    name: StoragePart['name'],
    place: string,
    detail: string,
    more: { paths?: readonly string[]; collectableBytes?: number } = {},
  ): StoragePart => {
    const { paths = [place], collectableBytes = 0 } = more;
    return { name, bytes: sum(paths), collectableBytes, place, detail };
  };
  const { dataDir, buildDir, backups, database, cloudResources } = folders;
  return [
    ...engineParts(input),
    folderPart(
      'artifacts',
      buildDir,
      'What builds made for services that run as plain processes; each keeps five to roll back to.',
      { collectableBytes: collectable(artifacts, 'folder') },
    ),
    folderPart(
      'dependency-caches',
      caches.folder,
      'Dependencies and downloads, kept for the next build of a service, which fetches again what it misses.',
      { collectableBytes: caches.emptiableBytes(sizes, busy) },
    ),
    folderPart('toolchains', folders.toolchains, 'Removed when no release has needed one for a month.'),
    folderPart('sources', folders.sources, 'Copies of Git repositories; they go with their services.'),
    folderPart('uploads', folders.uploads, 'Removed a day after nothing needs them.'),
    folderPart('cloud-resources', join(dataDir, 'modules'), 'Modules, plugins and working folders of stacks.', {
      paths: cloudResources,
    }),
    folderPart('logs', folders.logs, 'Bounded by the settings of each service: Settings, Logs.'),
    ...(backups === undefined ? [] : [folderPart('backups', backups, 'As many as BACKUP_KEEP says.')]),
    {
      name: 'database',
      bytes: database === undefined ? input.databaseBytes : sum([database]),
      collectableBytes: 0,
      place: database ?? 'DATABASE_URL',
      detail: 'Output of runs is most of it, and kept for RUN_OUTPUT_DAYS.',
    },
    folderPart('other', dataDir, 'All else of davit: the state of the agent, certificates, compiled code.'),
  ];
}
