import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { createOwnFolder } from '../../src/platform/db/embedded/own-folder.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/platform/db/embedded-postgres.ts';
import type { TestDatabase } from './test-database.ts';
import { RUN_FOLDER, testPostgresFolder } from './test-postgres.ts';
import { waitUntil } from './wait-until.ts';

/** A PostgreSQL that one test has for itself, which nobody starts again but the test. */
export interface OwnPostgres extends TestDatabase {
  /** Ends its server process: `SIGINT` is the fast shutdown, `SIGKILL` a crash. Resolves when the process is gone. */
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  /** From now on a shutdown does not come to its end, since one session does not: who connects is told that it shuts down. */
  holdShutdown(): Promise<HeldSession>;
  /** The recovery at the next start does not come to its end before this is called: who connects is told that it starts up. */
  holdRecovery(): Promise<() => Promise<void>>;
  /** The SQLSTATE with which a connection is refused; undefined when there is nobody to refuse it. */
  refusal(): Promise<string | undefined>;
}

/** A session that does nothing, not even end, until it is let go. */
export interface HeldSession {
  letGo(): void;
  /** The SQLSTATE with which the server has ended it. */
  endedBy: Promise<string | undefined>;
}

const sqlState = (error: unknown) =>
  error instanceof Error && 'severity' in error && 'code' in error ? String(error.code) : undefined;

/** Starts a PostgreSQL in a folder of its own, set up as the one that davit brings: what was committed is there after a crash. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await createOwnFolder(testPostgresFolder, RUN_FOLDER, 0o711);
  const options = { dataDir, binariesDir: testPostgresFolder, logger: silentLogger, maxConnections: 60 };
  let pid = 0;

  /** Without its watch, which would start it again at once. */
  async function start(): Promise<string> {
    const postgres = await startEmbeddedPostgres(options);
    pid = postgres.status().pid ?? 0;
    await postgres.release();
    return postgres.connectionString;
  }

  const connectionString = await start();
  const database = createDatabase({
    connectionString,
    maxConnections: 10,
    minConnections: 0,
    maxLifetimeSeconds: 3600,
  });
  const frozen = new Set<number>();

  function thaw(session: number): void {
    if (frozen.delete(session)) process.kill(session, 'SIGCONT');
  }

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString, application_name: 'davit test own session' });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  return {
    ...database,
    connectionString,
    async start() {
      await start();
    },
    async stop(signal) {
      const ending = pid;
      process.kill(ending, signal);
      await waitUntil('PostgreSQL is gone', () => {
        try {
          return !process.kill(ending, 0);
        } catch {
          return true;
        }
      });
    },
    async holdShutdown() {
      const client = await connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const session = rows[0]?.pid ?? 0;
      const endedBy = new Promise<string | undefined>((resolve) =>
        client.once('error', (error) => resolve(sqlState(error))),
      );
      process.kill(session, 'SIGSTOP');
      frozen.add(session);
      return { endedBy, letGo: () => thaw(session) };
    },
    async holdRecovery() {
      const go = join(dataDir, 'recovery-goes-on');
      // As when somebody restores from an archive that is slow to answer, and then has nothing.
      const command = `while [ ! -e "${go}" ]; do sleep 0.05; done; exit 1`;
      await database.pool.query(`alter system set restore_command = '${command}'`);
      await database.pool.query('alter system set hot_standby = off');
      await writeFile(join(dataDir, 'postgres', 'data', 'recovery.signal'), '');
      return () => writeFile(go, '');
    },
    async refusal() {
      try {
        await (await connect()).end();
        throw new Error('PostgreSQL takes connections');
      } catch (error) {
        return sqlState(error);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const session of frozen) thaw(session);
      await database.close();
      await stopEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
