import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import type { DB } from './database.gen.d.ts';

/** The database, or a transaction on it: what every store takes. */
export type Db = Kysely<DB>;
/** Inside one transaction; taken by what must commit together with its caller's writes. */
export type Tx = Transaction<DB>;

export interface DatabaseOptions {
  connectionString: string;
  maxConnections: number;
  /** Idle connections above this many are closed. */
  minConnections: number;
  /** A connection is replaced after this long, so that a moved or failed-over database is noticed. */
  maxLifetimeSeconds: number;
}

export interface Database {
  db: Db;
  /** For what Kysely has no words for: COPY, LISTEN. */
  pool: Pool;
  close(): Promise<void>;
}

const INT8_OID = 20;

/** bigint columns hold counters and milliseconds; one that a double cannot hold is a bug, and says so. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('bigint out of the safe range');
  return value;
}

/** Queries over a pool that its caller ends. */
export function queriesOver(pool: Pool): Db {
  return new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    // Keys inside JSON columns are ours to spell: only column names are translated.
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** Opens the pool. No connection is made before the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const types = new TypeOverrides();
  types.setTypeParser(INT8_OID, parseBigint);
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    min: options.minConnections,
    maxLifetimeSeconds: options.maxLifetimeSeconds,
    connectionTimeoutMillis: 10_000,
    application_name: 'davit',
    types,
  });
  // An idle connection that breaks is replaced at the next query; without a listener Node would end the process.
  pool.on('error', () => {});
  // One that breaks while it is in use and silent, such as in a transaction that PostgreSQL has ended, tells only its
  // client; the query that comes next fails, which is where it is dealt with.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = queriesOver(pool);
  return {
    db,
    pool,
    async close() {
      await db.destroy();
      // Kysely ends the pool only when a query went through Kysely.
      if (!pool.ending) await pool.end();
    },
  };
}
