import type { Pool } from 'pg';
import type { RunStepState } from './run.ts';
import type { JsonValue, RunOutcome } from './run-kind.ts';
import { RunInterruption } from './run-kind.ts';
import type { Lease } from './run-lease.ts';
import { notifyChanged } from './run-messages.ts';

/** What happens to a run at once: a step ends, another begins, the outcome is settled, the run ends. */
export interface Transition {
  endStep?: { name: string; state: RunStepState; result?: JsonValue | undefined; detail?: string };
  startStep?: { name: string; position: number };
  /** How the run will end, once it is cleaned up. */
  settle?: RunOutcome;
  /** How the run ends now. */
  finish?: RunOutcome;
}

export interface RunJournal {
  /**
   * Records a transition if the lease is held; the attempt of the started step. Tries until then.
   *
   * @throws RunInterruption `lease-lost`
   */
  record(lease: Lease, transition: Transition): Promise<{ attempt: number }>;
}

interface Waiting {
  lease: Lease;
  transition: Transition;
  resolve(recorded: { attempt: number }): void;
  reject(error: unknown): void;
}

function toRow({ lease, transition: { endStep, startStep, settle, finish } }: Waiting): object {
  return {
    id: lease.runId,
    token: lease.token,
    end_step: endStep?.name,
    end_state: endStep?.state,
    result: endStep?.result ?? null,
    detail: endStep?.detail,
    start_step: startStep?.name,
    start_position: startStep?.position,
    pending: settle,
    state: finish?.state,
    reason: finish?.reason,
    error_code: finish?.errorCode,
    error_hint: finish?.hint,
  };
}

/**
 * The SQL that records transitions, each at one moment: a step begins when the one before it ends. With a run ends
 * whatever step of it still ran, such as the one that its workers died in. Rows that someone else has locked are left out
 * when `locked` says so.
 */
export function recordSql(locked: 'skip locked' | ''): string {
  return `with t as (
    select * from jsonb_to_recordset($1::jsonb) as t (id text, token text, end_step text, end_state text, result jsonb,
      detail text, start_step text, start_position integer, pending jsonb, state text, reason text, error_code text, error_hint text)
  ), held as (
    select r.id as held_id from runs r join t on r.id = t.id and r.lease_token = t.token
    where r.state = 'running' and r.lease_expires_at > clock_timestamp() for no key update of r ${locked}
  ), ended as (
    update run_steps s set finished_at = statement_timestamp(), result = t.result,
      state = case when s.name = t.end_step then t.end_state when t.state = 'canceled' then 'canceled' else 'failed' end,
      detail = case when s.name = t.end_step then t.detail else t.reason end
    from t join held on t.id = held_id
    where s.run_id = t.id and (s.name = t.end_step or (t.state is not null and s.state = 'running'))
  ), started as (
    insert into run_steps as s (run_id, name, position, state, started_at)
    select t.id, t.start_step, t.start_position, 'running', statement_timestamp() from t join held on t.id = held_id
    where t.start_step is not null
    on conflict (run_id, name) do update set state = 'running', attempt = s.attempt + 1, started_at = statement_timestamp(),
      finished_at = null, detail = null, result = null
    returning s.run_id, s.attempt
  ), moved as (
    update runs r set current_step = coalesce(t.start_step, r.current_step),
      pending_outcome = case when t.state is null then coalesce(t.pending, r.pending_outcome) end,
      state = coalesce(t.state, r.state), reason = t.reason, error_code = t.error_code,
      error_hint = t.error_hint,
      finished_at = case when t.state is not null then statement_timestamp() end,
      lease_token = case when t.state is null then r.lease_token end,
      lease_owner = case when t.state is null then r.lease_owner end,
      lease_expires_at = case when t.state is null then r.lease_expires_at end
    from t join held on t.id = held_id where r.id = t.id
    returning r.*
  )
  select m.id, coalesce(s.attempt, 0) as attempt, ${notifyChanged('m')} from moved m left join started s on s.run_id = m.id`;
}

/** Parameters of {@link recordSql} for one transition. */
export function recordValues(lease: Lease, transition: Transition): [string] {
  return [JSON.stringify([toRow({ lease, transition, resolve() {}, reject() {} })])];
}

type Recorded = { id: string; attempt: number };

/**
 * Writes the transitions of all runs of this server. While one write is under way the others wait and go together in
 * the next: one commit for many runs, since commits that NOTIFY queue behind one lock of the whole database
 * (https://www.postgresql.org/docs/current/sql-notify.html), while a lone transition waits for nothing.
 */
export function createRunJournal(pool: Pool): RunJournal {
  let waiting: Waiting[] = [];
  let writing = false;

  async function writeOne(one: Waiting): Promise<void> {
    try {
      const { rows } = await pool.query<Recorded>(recordSql(''), recordValues(one.lease, one.transition));
      const [recorded] = rows;
      if (recorded) one.resolve(recorded);
      else one.reject(new RunInterruption('lease-lost'));
    } catch (thrown) {
      one.reject(thrown);
    }
  }

  async function writeTogether(group: readonly Waiting[]): Promise<void> {
    const values = [JSON.stringify(group.map(toRow))];
    const rows = await pool
      .query<Recorded>({ name: 'run-record', text: recordSql('skip locked'), values })
      // One of them may be what PostgreSQL refuses, such as a result with a NUL: each is told its own error.
      .then(
        (result) => result.rows,
        () => [],
      );
    const recorded = new Map(rows.map((row) => [row.id, row]));
    for (const one of group) {
      const row = recorded.get(one.lease.runId);
      if (row) one.resolve(row);
      // Locked by output that is just being stored, or lost: alone it may wait, and keeps no other run waiting.
      else void writeOne(one);
    }
  }

  async function writeAll(): Promise<void> {
    writing = true;
    // Runs that were claimed together end together: those of the same turn of the event loop go in one write.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeTogether(group);
    }
    writing = false;
  }

  return {
    record(lease, transition) {
      const recorded = new Promise<{ attempt: number }>((resolve, reject) => {
        waiting.push({ lease, transition, resolve, reject });
      });
      if (!writing) void writeAll();
      return recorded;
    },
  };
}
