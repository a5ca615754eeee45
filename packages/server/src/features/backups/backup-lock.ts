import type { Pool } from 'pg';

/** Any number that only this code uses. */
const BACKUP_LOCK = 7_203_418_265;

/**
 * Tells servers and programs on other machines that a backup is being made. A file lock says that of this machine only, while all of
 * them put into the same bucket; the database ends this one with the connection of whoever is killed.
 */
export function createBackupLock(pool: Pool) {
  /** A connection of its own, which is closed with the lock: so none is left whatever fails. */
  async function hold(question: string): Promise<AsyncDisposable | undefined> {
    const client = await pool.connect();
    // One that breaks while nobody asks it anything has lost its lock, and must not end the process.
    client.on('error', () => undefined);
    const held = { [Symbol.asyncDispose]: async () => client.release(true) };
    try {
      const { rows } = await client.query<{ mine: boolean }>(`select ${question} as mine`, [BACKUP_LOCK]);
      if (rows[0]?.mine === true) return held;
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.release(true);
    return undefined;
  }

  return {
    /** While a backup is made. Who clears away is done within moments. */
    async enter(): Promise<AsyncDisposable> {
      const held = await hold('pg_advisory_lock_shared($1) is not null');
      if (held === undefined) throw new Error('the lock of backups cannot be had');
      return held;
    },
    /** Does this unless a backup is being made somewhere. */
    async alone(work: () => Promise<void>): Promise<void> {
      await using held = await hold('pg_try_advisory_lock($1)');
      if (held !== undefined) await work();
    },
  };
}
