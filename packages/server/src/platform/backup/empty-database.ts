import type { ClientBase } from 'pg';
import type { Migration } from '../db/migrate.ts';
import { backupErrors } from './backup-errors.ts';
import { quoteName } from './database-shape.ts';

/** What the migrations make, by their own words: each begins a line with `create table NAME`. */
function namesMadeBy(migrations: readonly Migration[], what: 'table' | 'function' | 'sequence'): string[] {
  const words = new RegExp(`^create (?:unlogged )?${what} (?:if not exists )?([a-z_]+)`, 'gm');
  return migrations.flatMap(({ sql }) => [...sql.matchAll(words)].map(([, name = '']) => name));
}

async function listNames(client: ClientBase, query: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(query);
  return rows.map(({ name }) => name);
}

const tablesHere = `select relname::text as name from pg_class
  where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace order by relname`;

/**
 * Takes the schema away that a server has made before anybody used it, within the caller's transaction.
 *
 * @throws AppError RESTORE_NOT_EMPTY with what is there
 */
export async function clearUnusedSchema(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  const tables = await listNames(client, tablesHere);
  const own = new Set([...namesMadeBy(migrations, 'table'), 'schema_migrations']);
  const foreign = tables.filter((name) => !own.has(name));
  if (foreign.length > 0) {
    throw backupErrors.RESTORE_NOT_EMPTY({
      message: `The database has tables that this davit did not make: ${foreign.slice(0, 5).join(', ')}.`,
    });
  }
  for (const name of ['users', 'organizations'].filter((each) => tables.includes(each))) {
    const { rows } = await client.query<{ count: string }>(`select count(*)::text as count from ${quoteName(name)}`);
    const count = Number(rows[0]?.count);
    if (count > 0) {
      throw backupErrors.RESTORE_NOT_EMPTY({ message: `This installation is not empty: it has ${count} ${name}.` });
    }
  }
  for (const name of tables) await client.query(`drop table ${quoteName(name)} cascade`);
  for (const name of namesMadeBy(migrations, 'sequence')) {
    await client.query(`drop sequence if exists ${quoteName(name)}`);
  }
  for (const name of namesMadeBy(migrations, 'function')) {
    await client.query(`drop function if exists ${quoteName(name)}`);
  }
}

/** @throws AppError RESTORE_SERVER_RUNS when a davit is connected to this database */
export async function refuseRunningServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and application_name = 'davit' and pid <> pg_backend_pid() limit 1`,
  );
  if (rows.length > 0) {
    throw backupErrors.RESTORE_SERVER_RUNS({ message: 'A server of davit is connected to this database.' });
  }
}
