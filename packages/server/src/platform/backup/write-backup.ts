import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createGzip, type Gzip } from 'node:zlib';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { cryptoErrors } from '../crypto/crypto-errors.ts';
import { checkSealedKeys } from '../crypto/root-key.ts';
import { syncFolder } from '../crypto/secret-file.ts';
import { readAppliedMigrations } from '../db/migrate.ts';
import {
  type BackupHeader,
  type BackupPart,
  type BackupTotal,
  createBackupMac,
  encodeFrame,
  encodeJsonFrame,
  frameTypes,
  MAGIC,
  type PartEnd,
} from './backup-file.ts';
import { listSequences, listTables, quoteName } from './database-shape.ts';

/** A file beside the database that a restore needs too, such as an upload. */
export interface BackupExtra {
  /** Relative to the data folder; what it is called in the backup. */
  path: string;
  /** Where it is now. */
  file: string;
}

/** A file that a backup goes without, and why: a sentence for whoever restores it. */
export interface LeftOut {
  why: string;
}

export interface WriteBackupOptions {
  /** A connection of its own: the snapshot is its transaction. */
  client: ClientBase;
  rootKey: Uint8Array;
  /** Where the file is to be; it appears whole or not at all. */
  path: string;
  id: string;
  /** Whose backup it is. */
  installation: string;
  version: string;
  /** Asked in the snapshot: what it names is as old as the rows. */
  readonly listExtras: (client: ClientBase) => Promise<BackupExtra[]>;
  /** Why it is a fault that a file cannot be read, or why the backup goes without; undefined when nothing needs the file any more. */
  readonly explainUnreadable: (
    extra: BackupExtra,
    cause: NodeJS.ErrnoException,
  ) => Promise<Error | LeftOut | undefined>;
  /** Told of each table and file that is in. */
  onPart?: (part: BackupPart, end: PartEnd) => void;
  signal?: AbortSignal;
}

export interface WrittenBackup {
  header: BackupHeader;
  total: BackupTotal;
  /** Files that are not in it, and why. */
  missing: readonly string[];
  /** Of the file. */
  bytes: number;
  /** Of all of it, for whoever keeps it. */
  sha256: string;
}

const LINE_END = 0x0a;

function countRows(piece: Buffer): number {
  let rows = 0;
  // In COPY's text format a line end within a value is escaped.
  for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) rows++;
  return rows;
}

/** Writes to the stream no faster than the disk takes it. */
async function push(stream: Gzip, bytes: Buffer): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain');
}

async function writePart(
  stream: Gzip,
  part: BackupPart,
  pieces: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<PartEnd> {
  await push(stream, encodeJsonFrame(frameTypes.begin, part));
  const hash = createHash('sha256');
  const end = { rows: 0, bytes: 0 };
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    hash.update(piece);
    end.bytes += piece.length;
    if (part.part === 'table') end.rows += countRows(piece);
    await push(stream, encodeFrame(frameTypes.data, piece));
  }
  const done = { ...end, sha256: hash.digest('hex') };
  await push(stream, encodeJsonFrame(frameTypes.end, done));
  return done;
}

async function* nothing(): AsyncGenerator<Buffer, void, undefined> {}

type ExtraOptions = Pick<WriteBackupOptions, 'explainUnreadable'>;

/** Undefined: removed since the snapshot, and needed by nothing. Once open, it can be read to its end also when it is removed. */
async function openExtra(
  { explainUnreadable }: ExtraOptions,
  extra: BackupExtra,
): Promise<FileHandle | LeftOut | undefined> {
  try {
    return await open(extra.file, 'r');
  } catch (thrown) {
    const fault = await explainUnreadable(extra, thrown as NodeJS.ErrnoException);
    if (fault instanceof Error) throw fault;
    return fault;
  }
}

async function* piecesOf(
  { explainUnreadable }: ExtraOptions,
  extra: BackupExtra,
  handle: FileHandle,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
  } catch (thrown) {
    const fault = await explainUnreadable(extra, thrown as NodeJS.ErrnoException);
    throw fault instanceof Error ? fault : thrown;
  }
}

async function writeParts(
  options: WriteBackupOptions,
  stream: Gzip,
): Promise<Pick<WrittenBackup, 'total' | 'missing'>> {
  const { client, listExtras, onPart, signal } = options;
  const total = { tables: 0, rows: 0, files: 0, bytes: 0 };
  const missing: string[] = [];
  const add = async (part: BackupPart, pieces: AsyncIterable<Buffer>) => {
    const end = await writePart(stream, part, pieces, signal);
    total.rows += end.rows;
    total.bytes += end.bytes;
    onPart?.(part, end);
  };
  for (const { name, columns } of await listTables(client)) {
    const list = columns.map(quoteName).join(', ');
    const copy = client.query(copyTo(`copy ${quoteName(name)} (${list}) to stdout`));
    await add({ part: 'table', name, columns }, copy as AsyncIterable<Buffer>);
    total.tables++;
  }
  for (const sequence of await listSequences(client)) await add({ part: 'sequence', ...sequence }, nothing());
  for (const extra of await listExtras(client)) {
    const opened = await openExtra(options, extra);
    if (opened === undefined) continue;
    if ('why' in opened) {
      missing.push(opened.why);
      await add({ part: 'missing', path: extra.path, why: opened.why }, nothing());
      continue;
    }
    await using handle = opened;
    await add({ part: 'file', path: extra.path }, piecesOf(options, extra, handle));
    total.files++;
  }
  await push(stream, encodeJsonFrame(frameTypes.total, total));
  return { total, missing };
}

/** A file whose secrets this root key does not open would be found out when it is needed. */
async function readHeader({ client, rootKey, id, installation, version }: WriteBackupOptions): Promise<BackupHeader> {
  const rootKeyId = await checkSealedKeys(client, rootKey);
  if (rootKeyId === undefined) throw cryptoErrors.ROOT_KEY_MISMATCH();
  const migrations = await readAppliedMigrations(client);
  return { id, createdAt: new Date().toISOString(), installation, version, rootKeyId, migrations };
}

/** Header, stream and MAC into the open file. */
async function writeFile(options: WriteBackupOptions, temporary: string): Promise<WrittenBackup> {
  const header = await readHeader(options);
  const file = createWriteStream(temporary, { flags: 'w', mode: 0o600, flush: true });
  const mac = createBackupMac(options.rootKey);
  const hash = createHash('sha256');
  let bytes = 0;
  const write = async (piece: Buffer, isSigned = true) => {
    if (isSigned) mac.update(piece);
    hash.update(piece);
    bytes += piece.length;
    if (!file.write(piece)) await once(file, 'drain');
  };
  const gzip = createGzip();
  // A failure of one must end the other, or it would be waited for for ever.
  file.once('error', (error) => gzip.destroy(error));
  const toDisk = (async () => {
    for await (const piece of gzip as AsyncIterable<Buffer>) await write(piece);
  })();
  toDisk.catch((error: Error) => gzip.destroy(error));
  try {
    await write(Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`));
    const { total, missing } = await writeParts(options, gzip);
    gzip.end();
    await toDisk;
    await write(mac.digest(), false);
    const closed = once(file, 'close');
    file.end();
    await closed;
    return { header, total, missing, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    gzip.destroy();
    file.destroy();
    await toDisk.catch(() => {});
    throw error;
  }
}

/**
 * Writes everything of the database into one file, as it was at one moment (a repeatable-read snapshot), while others write.
 * Never more than a few rows of it are in memory. The file is mode 0600; secrets in it stay encrypted.
 *
 * @throws AppError ROOT_KEY_MISMATCH, ROOT_KEY_CHANGE_UNFINISHED, and what explainUnreadable gives
 */
export async function writeBackup(options: WriteBackupOptions): Promise<WrittenBackup> {
  const { client, path } = options;
  const temporary = `${path}.partial`;
  await rm(temporary, { force: true });
  await client.query('begin isolation level repeatable read, read only');
  try {
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const written = await writeFile(options, temporary);
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}
