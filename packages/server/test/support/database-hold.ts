import { Client } from 'pg';
import { waitUntil } from './wait-until.ts';

/** A lock that a slow neighbour holds in the database, so that who needs it stands still. */
export interface DatabaseHold {
  /** Resolves when somebody waits for it. */
  isWaitedFor(): Promise<void>;
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function hold(connectionString: string, lock: string, values: readonly unknown[]): Promise<DatabaseHold> {
  const client = new Client({ connectionString, application_name: 'davit test hold' });
  let isBroken = false;
  client.on('error', () => (isBroken = true));
  await client.connect();
  await client.query('begin');
  await client.query(lock, [...values]);
  let released: Promise<void> | undefined;
  // With its session the lock is gone too, as when the database is restarted.
  const release = () => (released ??= isBroken ? Promise.resolve() : client.query('rollback').then(() => client.end()));
  return {
    release,
    [Symbol.asyncDispose]: release,
    async isWaitedFor() {
      await waitUntil('somebody waits for the lock', async () => {
        const { rowCount } = await client.query(
          'select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))',
        );
        return rowCount !== 0;
      });
    },
  };
}

/** Keeps all from changing releases; reading them is possible. */
export const holdReleases = (connectionString: string) =>
  hold(connectionString, 'lock table releases in share mode', []);

/** Keeps all from changing one service; reading it is possible. */
export const holdService = (connectionString: string, serviceId: string) =>
  hold(connectionString, 'select from services where id = $1 for update', [serviceId]);
