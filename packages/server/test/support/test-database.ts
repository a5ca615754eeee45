import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { databaseUrl, TEMPLATE } from './test-postgres.ts';

/** A migrated database of a test file's own. */
export interface TestDatabase extends Database {
  connectionString: string;
  /**
   * Closes the pool and drops the database. Fails when the test left something behind: a connection that was not given
   * back, a transaction or an advisory lock that is still held, or a connection that it opened itself.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

async function withServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('postgres'), application_name: 'davit test support' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Waits until `find` finds nothing, and returns what it still finds after that. */
async function settle(find: () => Promise<string[]>, settleMs: number): Promise<string[]> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    const found = await find();
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(20);
  }
}

async function findHeld(client: Client, name: string, { pool }: Database): Promise<string[]> {
  const { rows } = await client.query<{ held: string }>(
    `select format('transaction: %s (%s)', state, query) as held
       from pg_stat_activity where datname = $1 and state like 'idle in transaction%'
     union all
     select format('advisory lock: %s %s', classid, objid)
       from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where datname = $1 and locktype = 'advisory'`,
    [name],
  );
  const taken = pool.totalCount - pool.idleCount;
  return [...rows.map((row) => row.held), ...(taken > 0 ? [`${taken} connections not given back to the pool`] : [])];
}

async function findConnections(client: Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ held: string }>(
    `select format('connection: %s, %s (%s)', application_name, state, query) as held
       from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
    [name],
  );
  return rows.map((row) => row.held);
}

export interface TestDatabaseOptions {
  maxConnections?: number;
  /** How long what is under way at the end of the tests may take to end. */
  settleMs?: number;
}

/**
 * Clones the migrated template: one database a test file, disposed of in `afterAll`.
 *
 * ```ts
 * const database = await createTestDatabase();
 * afterAll(() => database[Symbol.asyncDispose]());
 * ```
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { maxConnections = 10, settleMs = 10_000 } = options;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withServer((client) => client.query(`create database ${name} template ${TEMPLATE}`));
  const connectionString = databaseUrl(inject('postgres'), name);
  const database = createDatabase({
    connectionString,
    maxConnections,
    minConnections: 0,
    maxLifetimeSeconds: 3600,
  });
  return {
    ...database,
    connectionString,
    [Symbol.asyncDispose]: () =>
      withServer(async (client) => {
        const held = await settle(() => findHeld(client, name, database), settleMs);
        // A pool with a connection that is out never closes, so then it is cut off with the database.
        if (held.length === 0) await database.close();
        const open = held.length === 0 ? await settle(() => findConnections(client, name), settleMs) : [];
        await client.query(`drop database ${name} with (force)`);
        const leaks = [...held, ...open];
        if (leaks.length > 0) throw new Error(`The test left behind:\n${leaks.join('\n')}`);
      }),
  };
}
