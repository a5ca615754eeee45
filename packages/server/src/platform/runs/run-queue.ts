import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Tx } from '../db/database.ts';
import type { RunLane, RunOutcome } from './run-kind.ts';
import { notifyChanged, RUN_CHANNEL } from './run-messages.ts';

/** First half of the advisory lock that orders the enqueues of a subject; any number that only this code uses. */
const ENQUEUE_LOCK = 0x72756e73;

export interface NewRun {
  id: string;
  organizationId: string | null;
  kind: string;
  lane: RunLane;
  subject: string;
  input: unknown;
  askedBy: string | null;
  timeoutMs: number;
  maxAttempts: number | null;
  runAt: Date | null;
}

/**
 * Inserts a queued run and wakes the workers once the caller's transaction commits. The lock is held until then, so that
 * of two runs of a subject the one that commits first is first in the queue, and sees the other when it supersedes.
 */
export async function insertRun(trx: Tx, run: NewRun): Promise<void> {
  const input = JSON.stringify(run.input);
  await sql`
    with made as (
      insert into runs (id, organization_id, kind, lane, subject, input, asked_by, timeout_ms, max_attempts, run_at)
      select ${run.id}, ${run.organizationId}, ${run.kind}, ${run.lane}, ${run.subject}, ${input}::jsonb, ${run.askedBy},
        ${run.timeoutMs}, coalesce(${run.maxAttempts}::integer, 10), coalesce(${run.runAt}::timestamptz, now())
      from (select pg_advisory_xact_lock(${ENQUEUE_LOCK}, hashtext(${run.subject}))) locked
      returning *
    )
    select pg_notify(${RUN_CHANNEL}, json_build_object('type', 'changed', 'runId', id, 'organizationId', organization_id,
      'kind', kind, 'subject', subject, 'state', state, 'step', null, 'dueInMs',
      greatest(0, ceil(extract(epoch from run_at - now()) * 1000)))::text)
    from made`.execute(trx);
}

/** A run that ended without having been started. */
export interface NeverStarted {
  id: string;
  organizationId: string | null;
  subject: string;
  input: unknown;
}

/** Ends the queued runs of the same kind and subject that `run` takes the place of; all of them, or those right before it. */
export async function supersedeQueued(
  trx: Tx,
  run: { id: string; kind: string; subject: string; which: 'all' | 'adjacent' },
  outcome: RunOutcome,
): Promise<NeverStarted[]> {
  const { rows } = await sql<NeverStarted>`
    with gone as (
      update runs r set state = ${outcome.state}, reason = ${outcome.reason}, superseded_by = ${run.id}, finished_at = now()
      where subject = ${run.subject} and kind = ${run.kind} and state = 'queued' and id <> ${run.id}
        and (${run.which} = 'all' or not exists (select from runs b where b.subject = r.subject and b.kind <> r.kind
          and b.state = 'queued' and b.position > r.position))
      returning *
    )
    select id, organization_id as "organizationId", subject, input, ${sql.raw(notifyChanged('gone'))}
    from gone order by position`.execute(trx);
  return rows;
}

export type CancelAnswer =
  | { found: 'queued'; kind: string; run: NeverStarted; outcome: RunOutcome }
  | { found: 'running' | 'ended' | 'canceled' | 'nothing' };

/** Cancels a queued or waiting run at once, and asks the worker of a running one to stop. */
export async function requestCancel(
  trx: Tx,
  request: { organizationId: string | null; runId: string; askedBy: string | null; outcome: RunOutcome },
): Promise<CancelAnswer> {
  const { rows } = await sql<{ state: string; kind: string; started: boolean } & NeverStarted>`
    select state, kind, started_at is not null as started, id, organization_id as "organizationId", subject, input from runs
    where id = ${request.runId} and organization_id is not distinct from ${request.organizationId}
    for no key update`.execute(trx);
  const row = rows[0];
  if (!row) return { found: 'nothing' };
  if (row.state === 'canceled') return { found: 'canceled' };
  if (row.state === 'queued' || row.state === 'waiting') {
    const outcome = row.started ? { ...request.outcome, reason: 'Canceled on request.' } : request.outcome;
    await sql`
      with r as (
        update runs set state = 'canceled', reason = ${outcome.reason}, finished_at = now(),
          cancel_requested_at = now(), cancel_requested_by = ${request.askedBy}, wait_until = null, wait_outcome = null
        where id = ${row.id} returning *
      ), ended as (
        update run_steps s set state = 'canceled', detail = r.reason, finished_at = now()
        from r where s.run_id = r.id and s.state = 'running'
      )
      select ${sql.raw(notifyChanged('r'))} from r`.execute(trx);
    return { found: 'queued', kind: row.kind, run: row, outcome };
  }
  if (row.state !== 'running') return { found: 'ended' };
  await sql`
    with r as (
      update runs set cancel_requested_at = coalesce(cancel_requested_at, now()),
        cancel_requested_by = coalesce(cancel_requested_by, ${request.askedBy})
      where id = ${row.id} returning id
    )
    select pg_notify(${RUN_CHANNEL}, json_build_object('type', 'cancel', 'runId', id)::text) from r`.execute(trx);
  return { found: 'running' };
}

/** Milliseconds until the next queued run is due; undefined when none waits for its time. */
export async function nextDueInMs(pool: Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ ms: number | null }>(
    `select ceil(extract(epoch from min(run_at) - now()) * 1000)::float8 as ms from runs
     where state = 'queued' and run_at > now()`,
  );
  return rows[0]?.ms ?? undefined;
}
