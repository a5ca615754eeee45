import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { silentLogger } from '../../packages/server/src/kernel/logger.ts';
import { createDatabase, type Database } from '../../packages/server/src/platform/db/database.ts';
import { startEmbeddedPostgres } from '../../packages/server/src/platform/db/embedded-postgres.ts';
import { migrate } from '../../packages/server/src/platform/db/migrate.ts';

/** A migrated database of the benchmark's own, on the server of `DATABASE_URL` or on one of its own; it waits for the disk as a user's does. */
export interface BenchDatabase extends Database {
  connectionString: string;
  [Symbol.asyncDispose](): Promise<void>;
}

async function server(): Promise<{ connectionString: string; stop(): Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return { connectionString: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-bench-runs-'));
  // PostgreSQL runs as a user of its own where this runs as root, and must be able to reach its files.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, logger: silentLogger, maxConnections: 100 });
  return {
    connectionString: postgres.connectionString,
    async stop() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes the database; it is dropped when it is disposed of. */
export async function createBenchDatabase(maxConnections = 25): Promise<BenchDatabase> {
  const postgres = await server();
  const admin = postgres.connectionString;
  const name = `bench_runs_${process.pid}`;
  await administer(admin, `create database ${name}`);
  const connectionString = admin.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  const options = { connectionString, maxConnections, minConnections: 5, maxLifetimeSeconds: 3600 };
  const database = createDatabase(options);
  await migrate({ pool: database.pool, logger: silentLogger });
  return {
    ...database,
    connectionString,
    async [Symbol.asyncDispose]() {
      await database.close();
      await administer(admin, `drop database ${name} with (force)`);
      await postgres.stop();
    },
  };
}
