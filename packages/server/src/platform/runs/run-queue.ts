import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Tx } from '../db/database.ts';
import type { RunLane, RunOutcome } from './run-kind.ts';
import { notifyChanged, RUN_CHANNEL } from './run-messages.ts';
import type { Room } from './run-places.ts';
import type { Standings } from './run-turns.ts';

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

/** A run that this worker may now work on. */
export interface ClaimedRun {
  id: string;
  organizationId: string | null;
  kind: string;
  lane: RunLane;
  subject: string;
  input: unknown;
  attempt: number;
  maxAttempts: number;
  /** What is left of the run's time. */
  remainingMs: number;
  timeoutMs: number;
  currentStep: string | null;
  cancelRequested: boolean;
  pendingOutcome: RunOutcome | null;
  token: string;
  /** Whose run it was, when it was taken over. */
  takenFrom: string | null;
  /** Whether it goes on after a decision that it waited for. */
  isResumed: boolean;
}

export interface Claimer {
  pool: Pool;
  ownerName: string;
  leaseMs: number;
}

const CLAIMED = `id, organization_id as "organizationId", kind, lane, subject, input, attempt, max_attempts as "maxAttempts",
  (timeout_ms + waited_ms - extract(epoch from clock_timestamp() - started_at) * 1000)::float8 as "remainingMs",
  timeout_ms as "timeoutMs", current_step as "currentStep", cancel_requested_at is not null as "cancelRequested",
  pending_outcome as "pendingOutcome", lease_token as token`;

/**
 * The common table `next`: what is found for each room, whose parameters begin at $`first`. `tables` are the common tables of one
 * room, by name, of which `in_INDEX` is what is found.
 */
function inEach(
  rooms: readonly Room[],
  first: number,
  tables: (lane: string, limit: string, without: string, index: number, room: Room) => Readonly<Record<string, string>>,
) {
  const found = rooms.flatMap((room, index) => {
    const at = first + 3 * index;
    const each = tables(`$${at}`, `$${at + 1}`, `$${at + 2}`, index, room);
    return Object.entries(each).map(([name, sql]) => `${name} as (${sql})`);
  });
  const all = rooms.map((_, index) => `select * from in_${index}`).join(' union all ');
  return {
    next: `${found.join(', ')}, next as (${all})`,
    values: rooms.flatMap(({ lane, limit, without }) => [lane, limit, without]),
  };
}

/** Whose turn a run takes; the platform itself is one of them. */
const tenantOf = (alias: string) => `coalesce(${alias}.organization_id, '')`;

/** So many more are looked at than there is room for, since another server may be taking the first ones in this moment. */
const candidates = (limit: string) => `(2 * ${limit}::integer + 8)`;

const isQueued = (alias: string, lane: string) => `${alias}.state = 'queued' and ${alias}.lane = ${lane}`;

/** Due, of a subject that nothing runs for, and the first of it. */
const isNext = `r.run_at <= now()
  and not exists (select from runs a where a.subject = r.subject and a.state = 'running')
  and not exists (select from runs e where e.subject = r.subject and e.state = 'queued' and e.run_at <= now()
    and e.position < r.position)`;

/** The common table that finds the runs to take in the lane of a room where nobody waited for places: the oldest first. */
const oldestFirst = (lane: string, limit: string, without: string, index: number) => ({
  [`in_${index}`]: `
    select r.id, r.started_at is not null as resumed from runs r
    where ${isQueued('r', lane)} and ${isNext} and (r.organization_id is null or r.organization_id <> all(${without}::text[]))
    order by r.position limit ${limit}
    for no key update of r skip locked`,
});

/**
 * The common tables that find them where more runs wait than there are places, by turns: a run comes after as many turns as its
 * organization has runs of the lane under way on this server, and in the queue before it; in one turn first that of the
 * organization whose last turn was the longest ago ($`standings`: see `run-turns.ts`), then the oldest. What is under way is not
 * counted in the database: the index of running runs is full of those that ran since the last vacuum.
 *
 * Each organization's queue is found by a step in the index (lane, tenant, position), and only its first runs are read: neither
 * the queue of one that has its share is walked through, nor one of 10,000 runs to its end.
 * Whether a run is queued still is asked in a way that no index answers, lest the planner read all of a queue that has just grown.
 */
function byTurns(standings: string, lane: string, limit: string, without: string, index: number) {
  return {
    [`tenants_${index}`]: `
      (select ${tenantOf('r')} as tenant from runs r where ${isQueued('r', lane)} order by 1 limit 1)
      union all
      select more.tenant from tenants_${index} t cross join lateral (
        select ${tenantOf('r')} as tenant from runs r where ${isQueued('r', lane)} and ${tenantOf('r')} > t.tenant
        order by 1 limit 1
      ) more`,
    [`turns_${index}`]: `
      select head.id, head.position,
        coalesce((standing ->> 'runs')::bigint, 0) + row_number() over (partition by t.tenant order by head.position) as turn,
        coalesce((standing ->> 'lastTurn')::bigint, 0) as last_turn
      from tenants_${index} t
      cross join lateral (select ${standings}::jsonb -> (${lane} || ' ' || t.tenant) as standing) s
      cross join lateral (
        select r.id, r.position from runs r
        where ${isQueued('r', lane)} and ${tenantOf('r')} = t.tenant and ${isNext}
        order by r.position limit ${candidates(limit)}
      ) head
      where t.tenant <> all(${without}::text[])
      order by turn, last_turn, position limit ${candidates(limit)}`,
    [`in_${index}`]: `
      select r.id, r.started_at is not null as resumed from turns_${index} t join runs r on r.id = t.id
      where r.state || '' = 'queued' order by t.turn, t.last_turn, t.position limit ${limit}
      for no key update of r skip locked`,
  };
}

/**
 * Takes queued runs of subjects that nothing runs for, as many of each lane as there is room for,
 * and starts the first step of each (`firstSteps`: by kind) that does not go on after a decision, so that there is one round trip
 * between the notification and the step. A part for each lane, with a limit of its own: one walk over all of them would go past
 * every run that waits for a lane without room.
 * Turns cost a plan of some milliseconds, more than the start of a run: they are for lanes in which runs wait for places.
 * Not prepared: a plan made while the table was small would be kept when it is large.
 */
export async function claimQueued(
  { pool, ownerName, leaseMs }: Claimer,
  rooms: readonly Room[],
  firstSteps: Readonly<Record<string, string>>,
  standings: Standings,
): Promise<ClaimedRun[]> {
  const standingsAt = 4 + 3 * rooms.length;
  const { next, values } = inEach(rooms, 4, (lane, limit, without, index, { isContended }) =>
    isContended ? byTurns(`$${standingsAt}`, lane, limit, without, index) : oldestFirst(lane, limit, without, index),
  );
  const given = rooms.some(({ isContended }) => isContended) ? [JSON.stringify(standings)] : [];
  const { rows } = await pool.query<ClaimedRun>(
    `with recursive ${next}, claimed as (
      update runs r set state = 'running', lease_token = gen_random_uuid(), lease_owner = $1, started_at = coalesce(started_at, now()),
        lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond',
        current_step = case when next.resumed then r.current_step else $3::jsonb ->> r.kind end,
        waited_ms = waited_ms + coalesce(extract(epoch from now() - waiting_since) * 1000, 0)::bigint, waiting_since = null
      from next where r.id = next.id returning r.*, next.resumed
    ), first_steps as (
      insert into run_steps (run_id, name, position, state)
      select id, current_step, 0, 'running' from claimed where current_step is not null and not resumed
    )
    select ${CLAIMED}, null as "takenFrom", resumed as "isResumed", ${notifyChanged('claimed')} from claimed order by position`,
    [ownerName, leaseMs, JSON.stringify(firstSteps), ...values, ...given],
  );
  return rows;
}

/** Takes over runs whose lease has lapsed, as many of each lane as there is room for, but none of `held`, which this worker has itself. */
export async function takeOverLapsed(
  { pool, ownerName, leaseMs }: Claimer,
  rooms: readonly Room[],
  held: readonly string[],
): Promise<ClaimedRun[]> {
  const { next, values } = inEach(rooms, 4, (lane, limit, without, index) => ({
    [`in_${index}`]: `
      select id, lease_owner, lease_expires_at = '-infinity' as handed_over from runs
      where state = 'running' and lane = ${lane} and lease_expires_at < now() and id <> all($3::text[])
        and (organization_id is null or organization_id <> all(${without}::text[]))
      order by lease_expires_at limit ${limit}
      for no key update skip locked`,
  }));
  const { rows } = await pool.query<ClaimedRun>(
    `with ${next}, claimed as (
      update runs r set lease_token = gen_random_uuid(), lease_owner = $1,
        lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond',
        attempt = attempt + (not next.handed_over)::integer
      from next where r.id = next.id returning r.*, next.lease_owner as taken_from
    )
    select ${CLAIMED}, coalesce(taken_from, '') as "takenFrom", false as "isResumed" from claimed order by position`,
    [ownerName, leaseMs, held, ...values],
  );
  return rows;
}

/** Milliseconds until the next queued run is due; undefined when none waits for its time. */
export async function nextDueInMs(pool: Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ ms: number | null }>(
    `select ceil(extract(epoch from min(run_at) - now()) * 1000)::float8 as ms from runs
     where state = 'queued' and run_at > now()`,
  );
  return rows[0]?.ms ?? undefined;
}
