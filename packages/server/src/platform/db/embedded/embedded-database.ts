import { Client, DatabaseError } from 'pg';
import { SUPERUSER } from './postgres-cluster.ts';
import { postgresErrors } from './postgres-errors.ts';
import type { PostmasterLock } from './postmaster-lock.ts';

const DATABASE = 'davit';

/**
 * As libpq, pg and pgx understand it: the `host` of the query counts, and one that begins with a slash is the folder of
 * the socket. The other host is there for those who read it as a URL, which must have one.
 */
function connectionStringOf(lock: PostmasterLock, password: string, database: string): string {
  const query = new URLSearchParams({ host: lock.socketFolder, port: String(lock.port) });
  return `postgres://${SUPERUSER}:${password}@localhost/${database}?${query.toString()}`;
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, application_name: 'davit supervisor' });
  try {
    await client.connect();
    return client;
  } catch (thrown) {
    if (thrown instanceof DatabaseError && thrown.code === '28P01') {
      throw postgresErrors.POSTGRES_PASSWORD_LOST({ cause: thrown });
    }
    throw postgresErrors.POSTGRES_NOT_READY({ cause: thrown });
  }
}

/**
 * Makes sure that the database of davit exists, and returns its connection string.
 *
 * @throws AppError POSTGRES_PASSWORD_LOST, POSTGRES_NOT_READY
 */
export async function ensureDatabase(lock: PostmasterLock, password: string): Promise<string> {
  const client = await connect(connectionStringOf(lock, password, 'postgres'));
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (thrown) {
    // Another process made it in between: "duplicate database", or a duplicate key when both were at the same point.
    if (!(thrown instanceof DatabaseError) || !['42P04', '23505'].includes(thrown.code ?? '')) throw thrown;
  } finally {
    await client.end();
  }
  return connectionStringOf(lock, password, DATABASE);
}
