import { sql } from 'kysely';
import type { Db } from '../../platform/db/database.ts';

/** Runs that are removed in one transaction: few, so that no lock is held long. */
const runsAtOnce = 200;

/**
 * Removes runs that ended before then, with their steps and their output; how many. The history of a service that still
 * exists stays: a run goes when no deployment is made of it any more. Cron services make one a minute, which nobody looks
 * at for ever, and deleted services leave theirs behind.
 */
export async function removeOldRuns(db: Db, endedBefore: Date): Promise<number> {
  for (let total = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from runs where id in (
        select r.id from runs r
        where r.finished_at < ${endedBefore} and not exists (select from deployments d where d.run_id = r.id)
        order by r.finished_at limit ${runsAtOnce}
        for update of r skip locked
      )`.execute(db);
    total += Number(numAffectedRows);
    if (numAffectedRows < runsAtOnce) return total;
  }
}
