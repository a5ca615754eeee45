import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Logger } from '../../kernel/logger.ts';
import { makePassableFolder } from '../../kernel/passable-folder.ts';
import { findSecretFile, readOrCreateSecretFile } from '../crypto/secret-file.ts';
import { ensureDatabase } from './embedded/embedded-database.ts';
import { installPostgresBinaries } from './embedded/postgres-binaries.ts';
import { ensureCluster, hasCluster } from './embedded/postgres-cluster.ts';
import { postgresErrors } from './embedded/postgres-errors.ts';
import { prepareSocketFolder } from './embedded/postgres-socket.ts';
import { checkReachable, resolvePostgresUser } from './embedded/postgres-user.ts';
import { findPostmaster, stopPostmaster } from './embedded/postmaster.ts';
import { type PostmasterState, watchPostmaster } from './embedded/postmaster-watch.ts';
import { runPostmaster } from './embedded/run-postmaster.ts';

const START_TIMEOUT_MS = 120_000;
const DEFAULT_CONNECTIONS = 40;

export interface EmbeddedPostgresOptions {
  /** Everything of PostgreSQL lives in `postgres/` below it. */
  dataDir: string;
  logger: Logger;
  /** Connections that davit and its tools may hold together. Default 40. */
  maxConnections?: number;
  /** The user's own runtime folder (XDG_RUNTIME_DIR), for the socket when the data folder's path is too long for one. */
  runtimeDir?: string | undefined;
  /** Where the programs are copied to; `postgres/` below the data folder by default. */
  binariesDir?: string;
  /** A PostgreSQL that runs with other settings or of another version is stopped and started as wanted. Default true. */
  replaceOther?: boolean;
  /** Called before a cluster is made where there is none: by rejecting it keeps that from being done. */
  beforeNewCluster?: (() => Promise<void>) | undefined;
  /** How long to wait for an answer, which after a crash takes as long as the recovery. Default two minutes. */
  startTimeoutMs?: number;
}

export interface EmbeddedPostgresStatus extends PostmasterState {
  /** Such as `18.4`. */
  version: string;
  /** It ran already when this process started. */
  adopted: boolean;
}

export interface EmbeddedPostgres {
  /** Holds the password: never to be logged. */
  connectionString: string;
  status(): EmbeddedPostgresStatus;
  /** Looks after it no longer, and lets it run. */
  release(): Promise<void>;
  /** Fast shutdown. Without it PostgreSQL goes on when this process ends, and the next one adopts it. */
  stop(): Promise<void>;
}

interface Layout {
  parent: string;
  dataFolder: string;
  passwordFile: string;
  logFile: string;
}

function layoutOf(dataDir: string): Layout {
  const parent = join(resolve(dataDir), 'postgres');
  return {
    parent,
    dataFolder: join(parent, 'data'),
    passwordFile: join(parent, 'password'),
    logFile: join(parent, 'postgres.log'),
  };
}

async function readPassword(passwordFile: string, dataFolder: string): Promise<string> {
  const password = await findSecretFile(passwordFile);
  if (password !== undefined) return password;
  if (await hasCluster(dataFolder)) throw postgresErrors.POSTGRES_PASSWORD_LOST();
  return readOrCreateSecretFile(passwordFile, () => randomBytes(32).toString('base64url'));
}

/**
 * Makes PostgreSQL run and answer: copies the programs, makes the cluster, adopts the postmaster that runs or starts
 * one, and from then on starts it again should it die. Each step may be cut off anywhere and is repeated or resumed.
 *
 * @throws AppError of `postgresErrors`, and what `beforeNewCluster` has against it
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { logger } = options;
  const { parent, dataFolder, logFile, ...layout } = layoutOf(options.dataDir);
  if (!(await hasCluster(dataFolder))) await options.beforeNewCluster?.();
  await makePassableFolder(parent);
  const binaries = await installPostgresBinaries(options.binariesDir ?? parent);
  const user = await resolvePostgresUser(dataFolder);
  await checkReachable(binaries.postgres, user);
  const password = await readPassword(layout.passwordFile, dataFolder);
  await ensureCluster({ folder: dataFolder, parent, binaries, user, password });
  const socketFolder = await prepareSocketFolder({ parent, runtimeDir: options.runtimeDir, user });
  const maxConnections = options.maxConnections ?? DEFAULT_CONNECTIONS;
  const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  const wanted = { program: binaries.postgres, dataFolder, socketFolder, logFile, user, maxConnections, timeoutMs };

  const { lock, adopted } = await runPostmaster({ ...wanted, replaceOther: options.replaceOther ?? true });
  const connectionString = await ensureDatabase(lock, password);
  logger.info({ pid: lock.pid, adopted, version: binaries.serverVersion }, 'PostgreSQL answers');
  // Another davit that was started later on the same data may want other settings: the two must not undo each other.
  const run = () => runPostmaster({ ...wanted, replaceOther: false });
  const watch = watchPostmaster({ pid: lock.pid, dataFolder, run, logger });
  return {
    connectionString,
    status: () => ({ ...watch.state(), version: binaries.serverVersion, adopted }),
    release: () => watch.end(),
    async stop() {
      await watch.end();
      await stopPostmaster(dataFolder);
    },
  };
}

/** Whether the PostgreSQL of a data folder runs. */
export async function isEmbeddedPostgresRunning(dataDir: string): Promise<boolean> {
  return (await findPostmaster(layoutOf(dataDir).dataFolder)) !== undefined;
}

/** Stops the PostgreSQL of a data folder, whoever started it. False when none runs. */
export async function stopEmbeddedPostgres(dataDir: string): Promise<boolean> {
  return stopPostmaster(layoutOf(dataDir).dataFolder);
}
