import type { ClientBase, Pool } from 'pg';
import { checkSealedKeys } from '../../platform/crypto/root-key.ts';
import { type Migration, readAppliedMigrations } from '../../platform/db/migrate.ts';
import { type Check, type Finding, fail, judgeClock, ok, reasonOf, warn } from './finding.ts';

const reachable = { check: 'database.reachable', title: 'Database' };
const schema = { check: 'database.schema', title: 'Schema of the database' };
const clock = { check: 'clock.database', title: 'Clock, against the database' };
const rootKey = { check: 'root-key.canary', title: 'Root key' };

const oldestMajor = 14;
const clockWarnMs = 2000;

async function lookAtVersion(client: ClientBase): Promise<Finding> {
  const { rows } = await client.query<{ number: string; bytes: string }>(
    `select current_setting('server_version_num') as number, pg_database_size(current_database())::text as bytes`,
  );
  const major = Math.floor(Number(rows[0]?.number) / 10_000);
  const detail = `PostgreSQL ${major} answers; the database has ${Math.round(Number(rows[0]?.bytes) / 1024 ** 2)} MiB.`;
  if (major >= oldestMajor) return ok(reachable, detail);
  return warn(reachable, detail, `Upgrade PostgreSQL: its makers support ${oldestMajor} and later.`);
}

async function lookAtSchema(client: ClientBase, migrations: readonly Migration[]): Promise<Finding> {
  const applied = await readAppliedMigrations(client).catch((error: { code?: string }) => {
    // No such table: nothing was ever here.
    if (error.code === '42P01') return [];
    throw error;
  });
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const newer = applied.filter(({ name }) => !known.has(name));
  const changed = applied.filter(({ name, checksum }) => known.has(name) && known.get(name) !== checksum);
  const missing = migrations.length - applied.length + newer.length;
  if (newer.length > 0) {
    const detail = `The database is newer than this davit: ${newer.map(({ name }) => name).join(', ')}.`;
    return fail(schema, detail, 'Start the newer version, or restore the backup that was made before the upgrade.');
  }
  if (changed.length > 0) {
    const detail = `${changed.map(({ name }) => name).join(', ')} changed after this database had it.`;
    return fail(schema, detail, 'Restore the files of davit as they were released.');
  }
  if (missing > 0)
    return warn(schema, `${missing} migrations are missing.`, 'They are applied at the next start of davit.');
  return ok(schema, `All ${applied.length} migrations are there.`);
}

async function lookAtClock(client: ClientBase): Promise<Finding> {
  const before = Date.now();
  // Both are null over a unix socket.
  const { rows } = await client.query<{ now: Date; own: boolean }>(
    'select clock_timestamp() as now, coalesce(inet_server_addr() = inet_client_addr(), true) as own',
  );
  const after = Date.now();
  const theirs = Number(rows[0]?.now);
  // Between the question and the answer any time is right.
  const offMs = theirs < before ? before - theirs : Math.max(0, theirs - after);
  const mend = 'Let both machines keep their clocks by NTP (`timedatectl set-ntp true`).';
  const finding = judgeClock(clock, offMs, { warnMs: clockWarnMs, mend });
  if (finding.state !== 'ok' || rows[0]?.own !== true) return finding;
  return ok(clock, 'It runs on this machine and has the same clock: whether that is right, it cannot say.');
}

async function lookAtKey(client: ClientBase, key: Uint8Array | undefined): Promise<Finding> {
  if (key === undefined) {
    return fail(rootKey, 'There is none on this machine.', 'Put it into DATA_DIR/root-key (mode 0600) from your copy.');
  }
  try {
    const id = await checkSealedKeys(client, key);
    if (id !== undefined) return ok(rootKey, `${id}: it opens the canary and every organization's key.`);
    return fail(
      rootKey,
      'It is not the one that this database was encrypted with.',
      'Give the right one by ROOT_KEY or ROOT_KEY_FILE; after a change of keys that was cut off, run `davit admin rotate-keys` again.',
    );
  } catch (error) {
    if ((error as { code?: string }).code === '42P01')
      return warn(rootKey, 'No server has run on this database yet.', 'Start davit.');
    return fail(
      rootKey,
      reasonOf(error),
      'Run `davit admin rotate-keys` again if a change of the root key was cut off; else restore the right key.',
    );
  }
}

export interface DatabaseCheckOptions {
  /** Undefined: it does not run, because no server does. */
  pool: Pool | undefined;
  migrations: readonly Migration[];
  readonly findRootKey: () => Promise<Uint8Array | undefined>;
}

/** The database: whether it answers, its version and schema, its clock, and whether the root key is its own. */
export function createDatabaseCheck({ pool, migrations, findRootKey }: DatabaseCheckOptions): Check {
  return async () => {
    if (pool === undefined) {
      const detail = 'The embedded PostgreSQL does not run: the server starts it.';
      return [warn(reachable, detail, 'Start davit with `davit up` or `davit serve`.')];
    }
    let client: ClientBase & { release(): void };
    try {
      client = await pool.connect();
    } catch (error) {
      const mend = 'Check that PostgreSQL runs, and host, port, user, password and database name in DATABASE_URL.';
      return [fail(reachable, `It does not answer: ${reasonOf(error)}.`, mend)];
    }
    try {
      return [
        await lookAtVersion(client),
        await lookAtSchema(client, migrations),
        await lookAtClock(client),
        await lookAtKey(client, await findRootKey()),
      ];
    } finally {
      client.release();
    }
  };
}
