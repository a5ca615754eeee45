import { sql } from 'kysely';
import type { Db, Tx } from '../db/database.ts';
import { type JsonValue, RunInterruption, type RunOutcome } from './run-kind.ts';
import type { Lease } from './run-lease.ts';
import { notifyChanged } from './run-messages.ts';
import type { NeverStarted } from './run-queue.ts';

/** A run that ended without a worker, and of which kind it was. */
export type EndedRun = NeverStarted & { kind: string };

/**
 * Lets go of a run until somebody decides; `canceled` when somebody has asked meanwhile that it stops. Its step goes on
 * being the current one.
 *
 * @throws RunInterruption `lease-lost`
 */
export async function parkRun(
  trx: Tx,
  lease: Lease,
  wait: { limitMs: number; expired: RunOutcome },
): Promise<'waiting' | 'canceled'> {
  const { rows } = await sql<{ canceled: boolean }>`
    with held as (
      select id as held_id, cancel_requested_at is not null as canceled from runs
      where id = ${lease.runId} and lease_token = ${lease.token} and state = 'running'
        and lease_expires_at > clock_timestamp()
      for no key update
    ), parked as (
      update runs r set state = 'waiting', wait_until = now() + ${wait.limitMs} * interval '1 millisecond',
        wait_outcome = ${JSON.stringify(wait.expired)}::jsonb, waiting_since = statement_timestamp(),
        lease_token = null, lease_owner = null, lease_expires_at = null
      from held where r.id = held_id and not canceled returning r.*
    )
    select canceled, (select ${sql.raw(notifyChanged('parked'))} from parked) from held`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new RunInterruption('lease-lost');
  return row.canceled ? 'canceled' : 'waiting';
}

/**
 * Makes the decision the result of the step that asked for it, and queues the run again, in its old place; false when it does
 * not wait, or when its time is over and only its end is still to be written down.
 */
export async function decideRun(
  trx: Tx,
  run: { organizationId: string | null; runId: string; decision: JsonValue },
): Promise<boolean> {
  const { rows } = await sql`
    with r as (
      update runs set state = 'queued', run_at = now(), wait_until = null, wait_outcome = null
      where id = ${run.runId} and organization_id is not distinct from ${run.organizationId} and state = 'waiting'
        and wait_until > now()
      returning *
    ), decided as (
      update run_steps s set state = 'succeeded', result = ${JSON.stringify(run.decision)}::jsonb, finished_at = now()
      from r where s.run_id = r.id and s.name = r.current_step
    )
    select ${sql.raw(notifyChanged('r'))} from r`.execute(trx);
  return rows.length === 1;
}

/** Ends a run that waits; undefined when it does not wait. */
export async function endWaitingRun(
  trx: Tx,
  run: { organizationId: string | null; runId: string; outcome: RunOutcome; supersededBy?: string | null },
): Promise<EndedRun | undefined> {
  const { state, reason, errorCode, hint } = run.outcome;
  const { rows } = await sql<EndedRun>`
    with r as (
      update runs set state = ${state}, reason = ${reason}, error_code = ${errorCode}, error_hint = ${hint ?? null},
        superseded_by = ${run.supersededBy ?? null}, finished_at = now(), wait_until = null, wait_outcome = null
      where id = ${run.runId} and organization_id is not distinct from ${run.organizationId} and state = 'waiting'
      returning *
    ), ended as (
      update run_steps s set state = case when r.state = 'failed' then 'failed' else 'canceled' end, detail = r.reason,
        finished_at = now()
      from r where s.run_id = r.id and s.state = 'running'
    )
    select id, kind, organization_id as "organizationId", subject, input, ${sql.raw(notifyChanged('r'))} from r`.execute(
    trx,
  );
  return rows[0];
}

/** Runs whose time to wait is over, with how they end. */
export async function listExpired(
  db: Db,
): Promise<{ organizationId: string | null; runId: string; outcome: RunOutcome }[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'organizationId', 'waitOutcome'])
    .where('state', '=', 'waiting')
    .where('waitUntil', '<', sql<Date>`now()`)
    .orderBy('waitUntil')
    .limit(100)
    .execute();
  return rows.map(({ id, organizationId, waitOutcome }) => ({
    organizationId,
    runId: id,
    outcome: waitOutcome as unknown as RunOutcome,
  }));
}
