import type { ClientBase, Pool } from 'pg';
import { createId } from '../../kernel/id.ts';

// Of the database, not of the agent: a backup is made and restored without one, what a database holds is what a backup is of, and
// what an agent runs belongs to the database that it was run for.
const SETTING = 'installation';

type Queryable = Pick<ClientBase | Pool, 'query'>;

/** Which installation this database is of; undefined: no davit has used it since there are such ids. */
export async function findInstallationId(client: Queryable): Promise<string | undefined> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('platform_settings') is not null as "isThere"`,
  );
  if (rows[0]?.isThere !== true) return undefined;
  const found = await client.query<{ id: string }>(
    `select value ->> 'id' as id from platform_settings where name = $1`,
    [SETTING],
  );
  return found.rows[0]?.id;
}

/** As findInstallationId; the first who asks names it. */
export async function ensureInstallationId(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into platform_settings (name, value) values ($1, jsonb_build_object('id', $2::text))
     on conflict (name) do update set name = excluded.name returning value ->> 'id' as id`,
    [SETTING, createId('dav')],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database has lost its id');
  return id;
}

/** In the transaction of a restore: the installation that the backup was made of may go on, and its backups are its own. */
export async function renewInstallationId(client: Queryable): Promise<string> {
  await client.query('delete from platform_settings where name = $1', [SETTING]);
  return await ensureInstallationId(client);
}
