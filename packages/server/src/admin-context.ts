import { stat } from 'node:fs/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import { adminErrors } from './admin-errors.ts';
import type { Config } from './config/config.ts';
import { findRootKeys } from './config/secret-files.ts';
import type { Logger } from './kernel/logger.ts';
import { makePassableFolder } from './kernel/passable-folder.ts';
import { refuseNewCluster } from './known-database.ts';
import type { ServerConfig } from './known-settings.ts';
import { createDatabase, type Database } from './platform/db/database.ts';
import { startEmbeddedPostgres } from './platform/db/embedded-postgres.ts';

/** What an operator's command works with. */
export interface AdminContext extends ServerConfig {
  /** Operands and options, as the command line has checked them. */
  args: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  logger: Logger;
  /** A line of progress. */
  readonly note: (text: string) => void;
}

/** What a command ends with. */
export interface AdminResult {
  value: unknown;
  /** Lines for a person. */
  text: string;
  /** 0 unless it is something that a script must notice. */
  exitCode?: number;
}

/** Only what could harm is logged: the command says itself what it does. */
export const adminLogger = (): Logger => pino({ level: 'error', base: { pid: process.pid } }, pino.destination(2));

/** What another user writes into the data folder, davit could not read or remove. */
export async function requireOwnFolder(dataDir: string): Promise<void> {
  const uid = process.getuid?.();
  const found = await stat(dataDir).catch(() => undefined);
  if (found === undefined || uid === undefined || found.uid === uid) return;
  throw adminErrors.ADMIN_OTHER_USER({ message: `${dataDir} belongs to the user with the id ${found.uid}.` });
}

/** The root key of this installation, without making one. @throws AppError ROOT_KEY_MISSING */
export async function requireRootKey(config: Config): Promise<Buffer> {
  const [key] = config.givenSecrets.rootKey ? [config.givenSecrets.rootKey] : await findRootKeys(config);
  if (key === undefined) throw adminErrors.ROOT_KEY_MISSING();
  return key;
}

async function openConnection({ config, logger }: AdminContext, mayMakeCluster = false) {
  if (config.database.url !== undefined) return { url: config.database.url, close: async () => {} };
  const { dataDir, runtimeDir } = config.paths;
  await makePassableFolder(dataDir);
  // As the server would start it; one that runs is left as it is, whatever settings this shell has.
  const maxConnections = config.database.maxConnections + 10;
  const embedded = await startEmbeddedPostgres({
    dataDir,
    runtimeDir,
    maxConnections,
    replaceOther: false,
    beforeNewCluster: mayMakeCluster ? undefined : () => refuseNewCluster(dataDir),
    logger,
  });
  const close = () => (embedded.status().adopted ? embedded.release() : embedded.stop());
  return { url: embedded.connectionString, close };
}

/** Works with the database of this installation; the embedded one is started where it does not run, and stopped again. */
export async function withDatabase<T>(context: AdminContext, work: (database: Database) => Promise<T>): Promise<T> {
  const { url, close } = await openConnection(context);
  const options = { maxConnections: 3, minConnections: 0, maxLifetimeSeconds: 24 * 3600 };
  const database = createDatabase({ connectionString: url, ...options });
  try {
    return await work(database);
  } finally {
    await database.close();
    await close();
  }
}

/** As withDatabase, by one connection that does not look like a server's, and into a database that need not be there yet. */
export async function withClient<T>(context: AdminContext, work: (client: Client) => Promise<T>): Promise<T> {
  const { url, close } = await openConnection(context, true);
  const client = new Client({ connectionString: url, application_name: 'davit admin' });
  // A connection that breaks fails the query that is under way or comes next.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
    await close();
  }
}
