import type { Pool } from 'pg';
import type { RunLane, RunOutcome } from './run-kind.ts';
import { notifyChanged } from './run-messages.ts';
import type { Room } from './run-places.ts';
import type { Standings } from './run-turns.ts';

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
