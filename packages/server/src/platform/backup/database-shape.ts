import type { ClientBase } from 'pg';

/** A table with the columns that can be written. */
export interface TableShape {
  name: string;
  columns: string[];
}

/** A name in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The migrator's own: the header of a backup says what it holds. */
const MIGRATIONS_TABLE = 'schema_migrations';

/** The tables of davit's schema, by name. Generated columns are made anew by whoever writes the others. */
export async function listTables(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname <> $1
     group by c.relname order by c.relname`,
    [MIGRATIONS_TABLE],
  );
  return rows;
}

/** Where the sequences stand. */
export async function listSequences(client: ClientBase): Promise<{ name: string; value: string; isCalled: boolean }[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class
     where relkind = 'S' and relnamespace = current_schema()::regnamespace order by relname`,
  );
  const found = [];
  for (const { name } of rows) {
    const state = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${quoteName(name)}`,
    );
    const [row] = state.rows;
    if (row !== undefined) found.push({ name, ...row });
  }
  return found;
}

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/**
 * Takes the foreign keys and the triggers of these tables away, so that they can be filled in any order; the result puts them
 * back, and PostgreSQL then checks every row.
 */
export async function suspendChecks(client: ClientBase, tables: readonly TableShape[]): Promise<() => Promise<void>> {
  const { rows } = await client.query<ForeignKey>(
    `select c.relname::text as table, k.conname::text as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of rows) {
    await client.query(`alter table ${quoteName(table)} drop constraint ${quoteName(name)}`);
  }
  for (const { name } of tables) await client.query(`alter table ${quoteName(name)} disable trigger user`);
  return async () => {
    for (const { name } of tables) await client.query(`alter table ${quoteName(name)} enable trigger user`);
    for (const { table, name, definition } of rows) {
      await client.query(`alter table ${quoteName(table)} add constraint ${quoteName(name)} ${definition}`);
    }
  };
}
