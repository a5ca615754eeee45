import type { Pool } from 'pg';

/** Runs whose output is removed in one transaction: few, so that no lock is held long. */
const RUNS_AT_ONCE = 20;

/** Removes the output of runs that ended before `endedBefore`, and notes on each run that it did. How many runs. */
export async function removeOldOutput(pool: Pool, endedBefore: Date): Promise<number> {
  for (let total = 0; ; ) {
    const { rowCount } = await pool.query(
      `with old as (
        select id from runs where finished_at < $1 and output_removed_at is null
        order by finished_at limit $2 for no key update skip locked
      ), gone as (
        delete from run_output using old where run_id = old.id
      )
      update runs r set output_removed_at = now() from old where r.id = old.id`,
      [endedBefore, RUNS_AT_ONCE],
    );
    total += rowCount ?? 0;
    if ((rowCount ?? 0) < RUNS_AT_ONCE) return total;
  }
}
