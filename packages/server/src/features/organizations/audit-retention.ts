import { sql } from 'kysely';
import type { Db } from '../../platform/db/database.ts';

/** Whoever writes meanwhile is not kept waiting for long. */
const entriesAtOnce = 1000n;

/**
 * Removes entries of before `before` that are in no organization's log. Those of an organization end with it; of these nobody
 * is the owner, and strangers make them.
 * @returns how many
 */
export async function removeOldPlatformAudit(db: Db, before: Date): Promise<number> {
  for (let total = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from audit_log where id in (
        select id from audit_log where organization_id is null and at < ${before}
        limit ${entriesAtOnce}
        for update skip locked
      )`.execute(db);
    total += Number(numAffectedRows);
    if (numAffectedRows < entriesAtOnce) return total;
  }
}
