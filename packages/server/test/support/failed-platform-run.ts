import { createId } from '../../src/kernel/id.ts';
import type { TestDatabase } from './test-database.ts';

/** How a run of the platform failed; `hint` where the failure had one of its own. */
export interface PlatformFailure {
  kind: 'platform.backup' | 'platform.collect';
  reason: string;
  code: string;
  hint?: string;
}

/** Puts a run of the platform into the database that has failed so. */
export async function insertFailedPlatformRun(
  { pool }: Pick<TestDatabase, 'pool'>,
  { kind, reason, code, hint }: PlatformFailure,
): Promise<void> {
  await pool.query(
    `insert into runs (id, kind, subject, state, reason, error_code, error_hint, timeout_ms, started_at, finished_at)
     values ($1, $2, $3, 'failed', $4, $5, $6, 60000, now(), now())`,
    [createId('run'), kind, kind.replace('.', ':'), reason, code, hint ?? null],
  );
}
