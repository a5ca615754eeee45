import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { databaseErrors } from './database-errors.ts';

export interface MigrateOptions {
  pool: Pool;
  logger: Logger;
  /** Folder with `NAME.sql` files; davit's own by default. */
  folder?: string;
}

/** A step of the schema. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

const defaultFolder = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** Any number that only davit's migrators use, below 2^63: the bytes of "davitmig". */
const MIGRATION_LOCK = 0x64617669746d6967n;

/** The migrations in `folder`, in the order in which they are applied. */
export async function readMigrations(folder: string = defaultFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      // Line ends are made equal: a checkout with CRLF is the same migration.
      const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { name: file.slice(0, -'.sql'.length), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** What a database has; a new one has no table to ask yet. */
export async function readApplied(client: ClientBase): Promise<Map<string, string>> {
  await client.query(`
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  return new Map((await readAppliedMigrations(client)).map((row) => [row.name, row.checksum]));
}

/** What a database has, by name; for those that only look. */
export async function readAppliedMigrations(client: ClientBase): Promise<{ name: string; checksum: string }[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name',
  );
  return rows;
}

function checkHistory(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  const unknown = [...applied.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw databaseErrors.DATABASE_NEWER_THAN_CODE({
      message: `The database has migrations that this version of davit does not know: ${unknown.join(', ')}.`,
      details: { unknown },
    });
  }
  for (const [name, checksum] of applied) {
    if (known.get(name) !== checksum) {
      throw databaseErrors.MIGRATION_CHANGED({
        message: `Migration ${name} was changed after this database had applied it.`,
        details: { name },
      });
    }
  }
}

/** Within the caller's transaction. @throws AppError MIGRATION_FAILED */
export async function applyMigration(client: ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw databaseErrors.MIGRATION_FAILED({
      message: `Migration ${migration.name} failed: ${reason}. The database is as it was before that migration.`,
      details: { name: migration.name },
      cause: thrown,
    });
  }
  await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
    migration.name,
    migration.checksum,
  ]);
}

/** Within the caller's transaction: no other migrator works until it ends. */
export async function lockMigrations(client: ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK.toString()]);
}

/** Applies the first migration that is missing; undefined when none is. */
async function applyNext(client: PoolClient, migrations: readonly Migration[]): Promise<string | undefined> {
  await client.query('begin');
  try {
    // The lock belongs to the transaction, not to the session: it also holds behind a pooler, and a process that is
    // killed cannot keep it.
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0');
    await lockMigrations(client);
    const applied = await readApplied(client);
    checkHistory(applied, migrations);
    const next = migrations.find((migration) => !applied.has(migration.name));
    if (next) await applyMigration(client, next);
    await client.query('commit');
    return next?.name;
  } catch (thrown) {
    await client.query('rollback').catch(() => {});
    throw thrown;
  }
}

/**
 * Brings the database to the schema of this code: each missing migration in name order, each in its own transaction.
 * Several processes may do it at once; one applies, the others wait for it. Returns the names that this call applied.
 *
 * @throws AppError DATABASE_UNREACHABLE, DATABASE_NEWER_THAN_CODE, MIGRATION_CHANGED, MIGRATION_FAILED
 */
export async function migrate({ pool, logger, folder = defaultFolder }: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const appliedNow: string[] = [];
  let client: PoolClient | undefined;
  let failure: Error | undefined;
  try {
    client = await pool.connect();
    for (let name = await applyNext(client, migrations); name; name = await applyNext(client, migrations)) {
      appliedNow.push(name);
      logger.info({ migration: name }, 'migration applied');
    }
    return appliedNow;
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (failure instanceof AppError) throw failure;
    throw databaseErrors.DATABASE_UNREACHABLE({
      message: `The database does not answer: ${failure.message}.`,
      cause: thrown,
    });
  } finally {
    // A connection whose transaction went wrong is not given back to the pool.
    client?.release(failure);
  }
}
