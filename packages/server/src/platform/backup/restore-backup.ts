import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClientBase } from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import { cryptoErrors } from '../crypto/crypto-errors.ts';
import { checkSealedKeys } from '../crypto/root-key.ts';
import { syncFolder } from '../crypto/secret-file.ts';
import { applyMigration, lockMigrations, type Migration, readApplied } from '../db/migrate.ts';
import { backupErrors } from './backup-errors.ts';
import { type BackupPart, type BackupTotal, backupPart, backupTotal, frameTypes, partEnd } from './backup-file.ts';
import { listTables, quoteName, suspendChecks } from './database-shape.ts';
import { clearUnusedSchema, refuseRunningServer } from './empty-database.ts';
import type { CheckedBackup } from './read-backup.ts';

export interface RestoreOptions {
  client: ClientBase;
  backup: CheckedBackup;
  rootKey: Uint8Array;
  migrations: readonly Migration[];
  /** Where a file of the backup belongs; undefined for one that has no business there. */
  readonly placeOf: (path: string) => string | undefined;
  /** In the same transaction, once all rows are there and the schema is that of this version: what must not go on as if nothing had been. */
  readonly adapt: (client: ClientBase) => Promise<void>;
  onPart?: (part: BackupPart) => void;
  signal?: AbortSignal;
}

/** Takes the data of one part, and says at its end how many rows it took. */
interface Sink {
  write(piece: Buffer): Promise<void>;
  end(): Promise<number>;
}

const differs = (message: string) => backupErrors.RESTORE_DIFFERS({ message });

function tableSink(client: ClientBase, name: string, columns: readonly string[]): Sink {
  const stream: CopyStreamQuery = client.query(
    copyFrom(`copy ${quoteName(name)} (${columns.map(quoteName).join(', ')}) from stdin`),
  );
  let failure: Error | undefined;
  stream.on('error', (error: Error) => {
    failure = error;
  });
  return {
    async write(piece) {
      if (failure !== undefined) throw failure;
      if (!stream.write(piece)) await once(stream, 'drain');
    },
    async end() {
      const done = once(stream, 'finish');
      stream.end();
      await done;
      return stream.rowCount;
    },
  };
}

async function fileSink(place: string): Promise<Sink> {
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  const temporary = `${place}.partial`;
  const handle: FileHandle = await open(temporary, 'w', 0o600);
  return {
    write: (piece) => handle.writeFile(piece),
    async end() {
      await handle.sync();
      await handle.close();
      await rename(temporary, place);
      await syncFolder(dirname(place));
      return 0;
    },
  };
}

const nothing: Sink = { write: async () => {}, end: async () => 0 };

async function sinkOf(options: RestoreOptions, part: BackupPart): Promise<Sink> {
  const { client, placeOf } = options;
  if (part.part === 'table') return tableSink(client, part.name, part.columns);
  if (part.part === 'file') {
    const place = placeOf(part.path);
    if (place === undefined) throw differs(`The backup has a file that has no place here: ${part.path}.`);
    return await fileSink(place);
  }
  if (part.part === 'missing') return nothing;
  await client.query('select setval($1::regclass, $2::bigint, $3)', [quoteName(part.name), part.value, part.isCalled]);
  return nothing;
}

/** Loads all parts, checking each. */
async function loadParts(options: RestoreOptions): Promise<BackupTotal> {
  const seen = { tables: 0, rows: 0, files: 0, bytes: 0 };
  let open: { part: BackupPart; sink: Sink; hash: Hash; bytes: number } | undefined;
  let total: BackupTotal | undefined;
  for await (const { type, payload } of options.backup.frames()) {
    options.signal?.throwIfAborted();
    if (type === frameTypes.begin) {
      const part = backupPart.parse(JSON.parse(payload.toString()));
      options.onPart?.(part);
      open = { part, sink: await sinkOf(options, part), hash: createHash('sha256'), bytes: 0 };
    } else if (type === frameTypes.data && open !== undefined) {
      open.hash.update(payload);
      open.bytes += payload.length;
      await open.sink.write(payload);
    } else if (type === frameTypes.end && open !== undefined) {
      const end = partEnd.parse(JSON.parse(payload.toString()));
      const rows = await open.sink.end();
      const name = 'path' in open.part ? open.part.path : open.part.name;
      if (open.hash.digest('hex') !== end.sha256) throw differs(`${name} does not have the checksum that it had.`);
      if (rows !== end.rows) throw differs(`${name} has ${rows} rows; the backup has ${end.rows}.`);
      seen.rows += rows;
      seen.bytes += open.bytes;
      if (open.part.part === 'table') seen.tables++;
      if (open.part.part === 'file') seen.files++;
      open = undefined;
    } else if (type === frameTypes.total) {
      total = backupTotal.parse(JSON.parse(payload.toString()));
    }
  }
  if (total === undefined || JSON.stringify(total) !== JSON.stringify(seen)) throw backupErrors.BACKUP_FILE_DAMAGED();
  return total;
}

/** The schema that the backup was made with; what its migrations put into tables is in the backup too. */
async function makeSchema({ client, backup, migrations }: RestoreOptions): Promise<void> {
  const wanted = new Set(backup.header.migrations.map(({ name }) => name));
  for (const migration of migrations.filter(({ name }) => wanted.has(name))) await applyMigration(client, migration);
  const tables = await listTables(client);
  await client.query(`truncate ${tables.map(({ name }) => quoteName(name)).join(', ')} cascade`);
}

async function checkTables({ client }: RestoreOptions, rows: number): Promise<void> {
  const tables = await listTables(client);
  const counts = tables.map(({ name }) => `(select count(*) from ${quoteName(name)})`).join(' + ');
  const found = await client.query<{ rows: string }>(`select (${counts})::text as rows`);
  if (Number(found.rows[0]?.rows) !== rows)
    throw differs(`${found.rows[0]?.rows} rows are there; the backup has ${rows}.`);
}

/**
 * Makes an empty installation be what the backup says: in one transaction, so that one that is cut off anywhere leaves the
 * database as it was. The schema becomes the backup's, the rows are loaded and checked, then the schema goes on to that of this
 * version.
 *
 * @throws AppError RESTORE_NOT_EMPTY, RESTORE_SERVER_RUNS, RESTORE_DIFFERS, ROOT_KEY_MISMATCH, MIGRATION_FAILED
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupTotal> {
  const { client, rootKey, migrations, adapt } = options;
  await client.query('begin');
  try {
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0');
    // A server that starts meanwhile waits here, and then finds what was restored.
    await lockMigrations(client);
    await refuseRunningServer(client);
    await clearUnusedSchema(client, migrations);
    await readApplied(client);
    await makeSchema(options);
    const resumeChecks = await suspendChecks(client, await listTables(client));
    const total = await loadParts(options);
    await checkTables(options, total.rows);
    await resumeChecks();
    if ((await checkSealedKeys(client, rootKey)) === undefined) throw cryptoErrors.ROOT_KEY_MISMATCH();
    const applied = await readApplied(client);
    for (const migration of migrations.filter(({ name }) => !applied.has(name))) {
      await applyMigration(client, migration);
    }
    await adapt(client);
    await client.query('commit');
    return total;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
