import { createReadStream } from 'node:fs';
import { access, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measureFreeDisk } from '../../adapters/disk/disk-room.ts';
import type { Archives } from '../../adapters/source/archives.ts';
import { anyRoom, onDisk, type SourceRoom } from '../../adapters/source/source-room.ts';
import { createId } from '../../kernel/id.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { isCut } from './cut-upload.ts';
import { receiveBody } from './receive-body.ts';
import type { Upload } from './upload.ts';
import { uploadErrors } from './upload-errors.ts';
import { ensureUploadFolderId } from './upload-folder.ts';
import { createUploadRoom } from './upload-room.ts';
import {
  deleteUpload,
  findUpload,
  insertReceiving,
  listReceiving,
  listUnused,
  listUploadDigests,
  setRemoved,
  setStored,
} from './upload-store.ts';

/** Folders that were sent as tar archives, kept until their deployment has made a release of them. */
export interface UploadService {
  /** Bytes of the largest archive that is taken. */
  readonly limit: number;
  /**
   * Stores an archive while judging it; nothing of one that is refused is kept.
   * @throws UPLOAD_INTERRUPTED, UPLOAD_DISK_FULL and the ARCHIVE_… errors of `source-errors.ts`
   */
  store(principal: Principal, body: AsyncIterable<Uint8Array>): Promise<Upload>;
  /** @throws UPLOAD_NOT_FOUND, UPLOAD_REMOVED */
  get(organizationId: string, id: string): Promise<Upload>;
  /** SHA-256 of archives as they were sent, by upload; also of those that are kept no longer. */
  listDigests(organizationId: string, ids: readonly string[]): Promise<Map<string, string>>;
  /**
   * Unpacks into a folder that then holds all of it or is not there; once there is room, of which `say` is told while it waits.
   * @throws UPLOAD_NOT_FOUND, UPLOAD_REMOVED, SOURCE_EXCEEDS_DISK, SOURCE_DISK_FULL
   */
  extract(
    organizationId: string,
    id: string,
    into: string,
    signal: AbortSignal,
    say?: (text: string) => void,
  ): Promise<void>;
  /**
   * Removes what is a day old and not needed by any deployment, and what was never whole: at once where a server has died over
   * it. For the cleanup run, which comes at the start of a server too.
   */
  removeUnused(now: Date): Promise<void>;
}

export interface UploadServiceOptions {
  readonly db: Db;
  /** Where archives are kept: one folder an organization. */
  readonly folder: string;
  readonly archives: Archives;
  /** Bytes; 512 MiB when it is not given. */
  readonly limit?: number | undefined;
  /** Must be free on the disk before one is taken; the default asks for nothing. */
  readonly freeDiskBytes?: number | undefined;
  /** What is kept free where archives are unpacked; the default asks for nothing. */
  readonly room?: SourceRoom | undefined;
  /** What is free where they are kept; for tests that fill it. */
  readonly measure?: ((folder: string) => Promise<number>) | undefined;
}

const keptMs = 24 * 3600 * 1000;

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The use cases of uploads, bound to an organization each. */
export function createUploadService({
  db,
  folder,
  archives,
  limit = 512 * 1024 ** 2,
  freeDiskBytes = 0,
  room = anyRoom,
  measure = (path) => measureFreeDisk([path]),
}: UploadServiceOptions): UploadService {
  const pathOf = (organizationId: string, id: string) => join(folder, organizationId, `${id}.tar.gz`);

  /** As the system names it. */
  async function unfinishedPath(organizationId: string, id: string): Promise<string> {
    const path = `${pathOf(organizationId, id)}.tmp`;
    return await realpath(path).catch(() => path);
  }

  async function removeFiles(organizationId: string, id: string): Promise<void> {
    const path = pathOf(organizationId, id);
    await rm(path, { force: true });
    await rm(`${path}.tmp`, { force: true });
  }

  async function writeArchive(path: string, body: AsyncIterable<Uint8Array>) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const kept = createUploadRoom(() => measure(dirname(path)), freeDiskBytes);
    await kept.enter();
    const file = await open(`${path}.tmp`, 'wx', 0o600);
    try {
      const received = receiveBody(kept.watched(body), file);
      const { files } = await archives.inspect(received);
      const facts = await received.finish();
      await file.sync();
      await rename(`${path}.tmp`, path);
      await syncFolder(dirname(path));
      return { ...facts, files };
    } finally {
      await file.close();
    }
  }

  async function store(principal: Principal, body: AsyncIterable<Uint8Array>): Promise<Upload> {
    const { organizationId, userId } = principal;
    const id = createId('upl');
    await insertReceiving(db, { id, organizationId, createdBy: userId });
    try {
      const facts = await writeArchive(pathOf(organizationId, id), body);
      await setStored(db, organizationId, id, { ...facts, folderId: await ensureUploadFolderId(folder) });
      return { id, ...facts };
    } catch (thrown) {
      await removeFiles(organizationId, id);
      await deleteUpload(db, organizationId, id);
      const { code } = thrown as NodeJS.ErrnoException;
      throw code === 'ENOSPC' || code === 'EDQUOT' ? uploadErrors.UPLOAD_DISK_FULL({ cause: thrown }) : thrown;
    }
  }

  async function get(organizationId: string, id: string): Promise<Upload> {
    const row = await findUpload(db, organizationId, id);
    if (row?.state === 'removed') throw uploadErrors.UPLOAD_REMOVED();
    if (row?.state !== 'stored' || row.sha256 === null) throw uploadErrors.UPLOAD_NOT_FOUND();
    return { id, bytes: row.bytes, files: row.files, sha256: row.sha256 };
  }

  async function extract(
    organizationId: string,
    id: string,
    into: string,
    signal: AbortSignal,
    say?: (text: string) => void,
  ): Promise<void> {
    await get(organizationId, id);
    const path = pathOf(organizationId, id);
    await access(path).catch((cause: unknown) => Promise.reject(uploadErrors.UPLOAD_REMOVED({ cause })));
    const measureUnpacked = async (until: AbortSignal) => {
      const { bytes, files } = await archives.inspect(createReadStream(path), { signal: until });
      // Each ends in a block of which it takes a part.
      return bytes + files * onDisk(1);
    };
    const unpack = async (until: AbortSignal) =>
      void (await archives.unpack(createReadStream(path), into, { signal: until }));
    await room({ folder: into, measure: measureUnpacked, work: unpack }, say, signal);
  }

  async function removeUnused(now: Date): Promise<void> {
    const before = new Date(now.getTime() - keptMs);
    for (const { organizationId, id, createdAt } of await listReceiving(db)) {
      // One of which there is no file was killed just before or after, or is received by a server with another folder.
      if (createdAt >= before && !(await isCut(await unfinishedPath(organizationId, id)))) continue;
      await removeFiles(organizationId, id);
      await deleteUpload(db, organizationId, id);
    }
    // Killed before the commit, the row stands for a file that is gone, and the next cleanup comes here again.
    for (const { organizationId, id } of await listUnused(db, before))
      await db.transaction().execute(async (trx) => {
        if (await setRemoved(trx, organizationId, id)) await removeFiles(organizationId, id);
      });
  }

  const listDigests = (organizationId: string, ids: readonly string[]) => listUploadDigests(db, organizationId, ids);

  return { limit, store, get, listDigests, extract, removeUnused };
}
