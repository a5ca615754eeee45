import { sql } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Tx } from '../db/database.ts';
import { RunInterruption } from './run-kind.ts';
import { RUN_CHANNEL } from './run-messages.ts';

/** The right to write for a run. A new token is drawn each time a worker picks the run up. */
export interface Lease {
  readonly runId: string;
  readonly token: string;
}

/**
 * A run's row, when the lease on it ($2: its token) is held. Not `now()`, which stands still in a transaction: a worker that was frozen
 * between `begin` and this check must see the time of the check.
 */
export const HELD = `lease_token = $2 and state = 'running' and lease_expires_at > clock_timestamp()`;

/**
 * Locks the run against a takeover until the transaction ends. A shared lock, since output is stored while a step is in
 * a transaction of its own. The timeouts end the transaction of a worker that is frozen in it: others wait no longer
 * for it than for its lease.
 *
 * @throws RunInterruption `lease-lost`
 */
export async function fenceClient(client: PoolClient, lease: Lease, leaseMs: number): Promise<void> {
  const { rowCount } = await client.query({
    name: 'run-fence',
    text: `select set_config('idle_in_transaction_session_timeout', $3, true), set_config('statement_timeout', $3, true)
      from runs where id = $1 and ${HELD} for share`,
    values: [lease.runId, lease.token, String(leaseMs)],
  });
  if (rowCount !== 1) throw new RunInterruption('lease-lost');
}

/** {@link fenceClient} for a transaction of Kysely. */
export async function fenceTransaction(trx: Tx, lease: Lease, leaseMs: number): Promise<void> {
  const { rows } = await sql`
    select set_config('idle_in_transaction_session_timeout', ${String(leaseMs)}, true)
    from runs
    where id = ${lease.runId} and lease_token = ${lease.token} and state = 'running'
      and lease_expires_at > clock_timestamp()
    for share`.execute(trx);
  if (rows.length !== 1) throw new RunInterruption('lease-lost');
}

/** Lets go of runs so that another server takes them at once; their old tokens are worth nothing from here on. */
export async function handOver(pool: Pool, leases: readonly Lease[]): Promise<void> {
  await pool.query(
    `with released as (
      update runs r set lease_expires_at = '-infinity', lease_token = gen_random_uuid()
      from unnest($1::text[], $2::text[]) as mine (id, token)
      where r.id = mine.id and r.lease_token = mine.token and r.state = 'running'
      returning r.id
    )
    select pg_notify('${RUN_CHANNEL}', json_build_object('type', 'handover', 'runId', id)::text) from released`,
    [leases.map((lease) => lease.runId), leases.map((lease) => lease.token)],
  );
}

/** Answer of {@link renewLeases} for one run. `busy`: held, but locked by a transaction of ours, so ask again soon. */
export interface RenewedLease {
  runId: string;
  state: 'renewed' | 'busy' | 'lost';
  cancelRequested: boolean;
}

/**
 * Renews the leases that have not lapsed; a lapsed one is lost even when nobody has taken it yet. Locked rows are
 * skipped: a long transaction of one step must not keep the other runs from being renewed.
 */
export async function renewLeases(pool: Pool, leases: readonly Lease[], leaseMs: number): Promise<RenewedLease[]> {
  const { rows } = await pool.query<RenewedLease>({
    name: 'run-renew',
    text: `with mine as (
      select * from unnest($1::text[], $2::text[]) as mine (id, token)
    ), free as (
      select r.id from runs r join mine on r.id = mine.id and r.lease_token = mine.token
      where r.state = 'running' and r.lease_expires_at > now() for no key update of r skip locked
    ), renewed as (
      update runs r set lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond' from free where r.id = free.id
      returning r.id
    )
    select mine.id as "runId", coalesce(r.cancel_requested_at is not null, false) as "cancelRequested",
      case when renewed.id is not null then 'renewed'
        when r.lease_token = mine.token and r.lease_expires_at > now() then 'busy' else 'lost' end as state
    from mine left join runs r on r.id = mine.id left join renewed on renewed.id = mine.id`,
    values: [leases.map((lease) => lease.runId), leases.map((lease) => lease.token), leaseMs],
  });
  return rows;
}

/** Which of these runs someone wants to stop. */
export async function findCancelRequested(pool: Pool, runIds: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'run-cancel-poll',
    text: 'select id from runs where id = any($1::text[]) and cancel_requested_at is not null',
    values: [runIds],
  });
  return rows.map((row) => row.id);
}

/** Whether a worker still holds a lease at this moment. */
export async function holdsLease(pool: Pool, { runId, token }: Lease): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from runs where id = $1 and lease_token = $2 and lease_expires_at > now()`,
    [runId, token],
  );
  return rowCount === 1;
}
