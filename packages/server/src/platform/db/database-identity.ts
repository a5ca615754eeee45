import { randomUUID } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';

const SETTING = 'database_id';

/** What a database says it is: undefined for one that no davit has used, or only one of before it was written down. */
export async function findDatabaseId(client: Pool | ClientBase): Promise<string | undefined> {
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

/** What a migrated database is from now on. Of several servers that ask at once all get the same. */
export async function ensureDatabaseId(client: Pool | ClientBase): Promise<string> {
  const known = await findDatabaseId(client);
  if (known !== undefined) return known;
  await client.query(
    `insert into platform_settings (name, value) values ($1, jsonb_build_object('id', $2::text))
     on conflict (name) do nothing`,
    [SETTING, randomUUID()],
  );
  const id = await findDatabaseId(client);
  if (id === undefined) throw new Error('the database has lost its id');
  return id;
}

/** Makes it another one than the database that its rows come from. */
export async function renewDatabaseId(client: ClientBase): Promise<string> {
  await client.query('delete from platform_settings where name = $1', [SETTING]);
  return await ensureDatabaseId(client);
}
