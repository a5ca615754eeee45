import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { createOwnFolder, listAbandonedFolders } from '../../src/platform/db/embedded/own-folder.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/platform/db/embedded-postgres.ts';
import { migrate } from '../../src/platform/db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The connection string of the test run's PostgreSQL. */
    postgres: string;
  }
}

/** Also keeps the programs of PostgreSQL, copied once a checkout. */
export const testPostgresFolder = fileURLToPath(new URL('../../../../.cache/test-postgres', import.meta.url));

/** The migrated database that each test file's database is a clone of. */
export const TEMPLATE = 'davit_template';

const MAX_CONNECTIONS = 300;
/** How a folder for a PostgreSQL begins: those of a run that was killed are found by it, and removed. */
export const RUN_FOLDER = 'run';

/** One PostgreSQL for a whole test run. */
export interface TestPostgres {
  connectionString: string;
  stop(): Promise<void>;
}

/** Another database of the same server. */
export function databaseUrl(connectionString: string, database: string): string {
  return connectionString.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
}

/** Ends and removes what a test run that was killed left behind. */
async function removeAbandonedRuns(): Promise<void> {
  for (const folder of await listAbandonedFolders(testPostgresFolder, RUN_FOLDER)) {
    await stopEmbeddedPostgres(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function createTemplate(connectionString: string): Promise<void> {
  const options = { maxConnections: 1, minConnections: 0, maxLifetimeSeconds: 3600 };
  const admin = createDatabase({ ...options, connectionString });
  // Nothing here outlives the run, so nothing waits for the disk.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await admin.pool.query(`alter system set ${setting} = off`);
  }
  await admin.pool.query('select pg_reload_conf()');
  await admin.pool.query(`create database ${TEMPLATE}`);
  const template = createDatabase({ ...options, connectionString: databaseUrl(connectionString, TEMPLATE) });
  await migrate({ pool: template.pool, logger: silentLogger });
  await template.close();
  // From here nobody connects to it: a database with a session cannot be cloned.
  await admin.pool.query(`alter database ${TEMPLATE} with is_template true allow_connections false`);
  await admin.close();
}

/** Starts a PostgreSQL of this run's own, with the template: runs side by side do not meet. */
export async function startTestPostgres(): Promise<TestPostgres> {
  await mkdir(testPostgresFolder, { recursive: true });
  await removeAbandonedRuns();
  const dataDir = await createOwnFolder(testPostgresFolder, RUN_FOLDER, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    binariesDir: testPostgresFolder,
    logger: silentLogger,
    maxConnections: MAX_CONNECTIONS,
  });
  await createTemplate(postgres.connectionString);
  return {
    connectionString: postgres.connectionString,
    async stop() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
