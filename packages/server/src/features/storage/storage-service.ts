import { statfs } from 'node:fs/promises';
import type { DependencyCaches } from '../../adapters/builder/dependency-caches.ts';
import type { ImageShelf, Shelf } from '../../adapters/builder/image-shelf.ts';
import type { DiskUsage } from '../../adapters/disk/disk-usage.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Db } from '../../platform/db/database.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { readBuildUse } from '../deployments/index.ts';
import { presentRunEnd } from '../runs/index.ts';
import { listBuildLeftovers } from './build-leftovers.ts';
import type { Storage, StoragePart, StoredArtifact } from './storage.ts';
import { measuredFolders, type StorageFolders, storageParts } from './storage-parts.ts';
import { COLLECT_KIND, COLLECT_SUBJECT, freedBytesOf } from './storage-runs.ts';
import { databaseBytes, findServiceNames, listKeptArtifacts } from './storage-store.ts';
import { listStoredArtifacts } from './stored-artifacts.ts';

export interface StorageOptions {
  db: Db;
  clock: Clock;
  usage: DiskUsage;
  caches: DependencyCaches;
  /** Undefined: no container engine. `place` is what people are told it is. */
  shelf: { place: string; images: ImageShelf } | undefined;
  folders: StorageFolders;
}

/** One look at everything. */
export interface Measurement {
  measuredAt: Date;
  parts: StoragePart[];
  artifacts: StoredArtifact[];
}

// A tree of millions of files takes its time; who waits for longer is told so.
const measureMs = 110_000;
/** A page of a list is of the same look as the one before it. */
const freshMs = 30_000;

export type StorageMeter = ReturnType<typeof createStorageMeter>;

/** Measures what takes how much, once for all who ask at the same time. */
export function createStorageMeter({ db, clock, usage, caches, shelf, folders }: StorageOptions) {
  let last: { at: number; measured: Promise<Measurement> } | undefined;

  async function lookAtShelf(references: ReadonlySet<string>, signal: AbortSignal): Promise<Shelf | Error | undefined> {
    try {
      return await shelf?.images.look(references, signal);
    } catch (error) {
      // The engine is away; all else can be told.
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async function measure(): Promise<Measurement> {
    const signal = AbortSignal.timeout(measureMs);
    const sizes = await usage.measure(measuredFolders(folders, caches), signal);
    const leftovers = await listBuildLeftovers(db, folders.buildDir);
    const [releases, use] = await Promise.all([listKeptArtifacts(db), readBuildUse(db)]);
    const references = use.artifacts.flatMap((artifact) => (artifact.kind === 'image' ? [artifact.reference] : []));
    const found = await lookAtShelf(new Set(references), signal);
    const images = found === undefined || found instanceof Error ? [] : found.images;
    const unneeded = [
      ...images.flatMap(({ serviceId }) => serviceId ?? []),
      ...leftovers.map(({ serviceId }) => serviceId),
    ];
    const names = await findServiceNames(db, [...new Set(unneeded)]);
    const artifacts = listStoredArtifacts({ releases, images, leftovers, sizes, use, names });
    const parts = storageParts({
      folders,
      caches,
      sizes,
      busy: use.busy,
      artifacts,
      shelf: shelf === undefined || found === undefined ? undefined : { place: shelf.place, found },
      databaseBytes: await databaseBytes(db),
    });
    return { measuredAt: clock.now(), parts, artifacts };
  }

  function begin(): Promise<Measurement> {
    const measured = measure();
    const own = { at: performance.now(), measured };
    last = own;
    // A failure is nobody's answer but of those who waited for it.
    measured.catch(() => {
      if (last === own) last = undefined;
    });
    return measured;
  }

  return {
    /** At most half a minute old. @throws AppError DISK_USAGE_UNKNOWN */
    recent: (): Promise<Measurement> =>
      last !== undefined && performance.now() - last.at < freshMs ? last.measured : begin(),
    /** As it is from now on. @throws AppError DISK_USAGE_UNKNOWN */
    now: begin,
  };
}

export type StorageService = ReturnType<typeof createStorageService>;

/** What takes room on this machine, and having it collected. */
export function createStorageService(options: {
  db: Db;
  engine: RunEngine;
  meter: StorageMeter;
  folders: Pick<StorageFolders, 'dataDir' | 'buildDir'>;
}) {
  const { db, engine, meter } = options;
  const disks = { DATA_DIR: options.folders.dataDir, BUILD_DIR: options.folders.buildDir };

  async function listDisks(): Promise<Storage['disks']> {
    const found = await Promise.all(
      Object.entries(disks).map(async ([setting, folder]) => {
        // A server makes its folders at its start; until then there is no disk to tell of.
        const disk = await statfs(folder).catch(() => undefined);
        if (disk === undefined) return [];
        const { blocks, bavail, bsize } = disk;
        return [{ setting, folder, totalBytes: blocks * bsize, freeBytes: bavail * bsize }];
      }),
    );
    return found.flat();
  }

  async function findLastCollection(): Promise<Storage['lastCollection']> {
    const [run] = await engine.listRuns(null, { kind: COLLECT_KIND, limit: 1 });
    if (run === undefined) return null;
    return { runId: run.id, ...presentRunEnd(run), freedBytes: freedBytesOf(await engine.listSteps(run)) };
  }

  return {
    async get(): Promise<Storage> {
      const [{ measuredAt, parts }, found, lastCollection] = await Promise.all([
        meter.recent(),
        listDisks(),
        findLastCollection(),
      ]);
      const collectableBytes = parts.reduce((total, part) => total + part.collectableBytes, 0);
      return { measuredAt, disks: found, parts, collectableBytes, lastCollection };
    },

    /** The largest first. */
    listArtifacts: async (): Promise<StoredArtifact[]> => (await meter.recent()).artifacts,

    /** Has it collected now; the id of the run. */
    collect: (askedBy: string | null): Promise<string> =>
      db.transaction().execute(async (trx) => {
        const run = { kind: COLLECT_KIND, organizationId: null, subject: COLLECT_SUBJECT, input: {}, askedBy };
        return (await engine.enqueue(trx, run)).id;
      }),
  };
}
