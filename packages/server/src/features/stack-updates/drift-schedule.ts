import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';

export interface DriftScheduleOptions {
  db: Db;
  /** Queues a check of one cloud resource; false where it is not to be checked after all. */
  request: (trx: Tx, resource: { organizationId: string; id: string }) => Promise<boolean>;
  /** How many checks may be open at a time, of all organizations. */
  limit: number;
}

const everyMs = 30_000;
/** Any number that only this code uses. */
const scheduleLock = 0x64726966;

/**
 * Cloud resources whose check is due: one of an organization that has none open, the longest overdue first. A check comes up to a
 * tenth earlier than the environment says, by chance that stays the same until it is done: what was made together is not checked
 * together for ever. Counted from the last check that was asked for, whoever asked, so that nothing else has to be kept.
 */
async function listDue(trx: Tx, limit: number): Promise<{ id: string; organizationId: string }[]> {
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select id, organization_id as "organizationId" from (
      select distinct on (r.organization_id) r.id, r.organization_id, due.at
      from cloud_resources r
      join environments e on e.id = r.environment_id and e.drift_check_hours is not null
      cross join lateral (
        select coalesce(max(u.created_at), r.created_at) as at from stack_updates u
        where u.cloud_resource_id = r.id and u.operation = 'drift'
      ) former
      cross join lateral (
        select former.at + e.drift_check_hours * interval '1 hour'
          * (1 - (hashtext(r.id || former.at::text) & 1023) / 10230.0) as at
      ) due
      where r.deleted_at is null and not r.deleting and due.at <= now()
        and (select c.resources from stack_checkpoints c where c.cloud_resource_id = r.id order by c.version desc limit 1) > 0
        and not exists (select from runs o where o.subject = r.id and o.state in ('queued', 'running', 'waiting'))
        and not exists (select from runs d where d.organization_id = r.organization_id and d.kind = 'stack.drift'
          and d.state in ('queued', 'running'))
      order by r.organization_id, due.at
    ) first_of_each order by at limit ${limit}`.execute(trx);
  return rows;
}

async function countOpen(trx: Tx): Promise<number> {
  const row = await trx
    .selectFrom('runs')
    .select((expression) => expression.fn.countAll<number>().as('open'))
    .where('kind', '=', 'stack.drift')
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirstOrThrow();
  return row.open;
}

/** Asks for the checks that environments want. All that it goes by is in the database: any server may do it, one at a time. */
export function createDriftSchedule({ db, request, limit }: DriftScheduleOptions) {
  return {
    /** Milliseconds until it wants to be called again. */
    async tick(): Promise<number> {
      await db.transaction().execute(async (trx) => {
        const { rows } = await sql<{
          mine: boolean;
        }>`select pg_try_advisory_xact_lock(${scheduleLock}) as mine`.execute(trx);
        if (rows[0]?.mine !== true) return;
        const room = limit - (await countOpen(trx));
        if (room <= 0) return;
        for (const resource of await listDue(trx, room)) await request(trx, resource);
      });
      return everyMs;
    },
  };
}
