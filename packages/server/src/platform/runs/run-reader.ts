import type { Selectable } from 'kysely';
import type { Runs } from '../db/database.gen.d.ts';
import type { Db } from '../db/database.ts';
import { isTerminal, type Run, type RunState, type RunStepRecord, type RunStepState } from './run.ts';
import { runErrors } from './run-errors.ts';
import { runHint } from './run-hint.ts';
import type { JsonValue, RunKind } from './run-kind.ts';

const columns = [
  'id',
  'organizationId',
  'kind',
  'subject',
  'state',
  'reason',
  'errorCode',
  'errorHint',
  'currentStep',
  'attempt',
  'timeoutMs',
  'askedBy',
  'cancelRequestedAt',
  'cancelRequestedBy',
  'supersededBy',
  'createdAt',
  'startedAt',
  'finishedAt',
  'outputRemovedAt',
] as const satisfies readonly (keyof Runs)[];

function toRun({ errorHint, ...row }: Pick<Selectable<Runs>, (typeof columns)[number]>): Run {
  return { ...row, state: row.state as RunState, hint: runHint({ ...row, errorHint }) };
}

/** The run, in whatever organization, for the engine itself; undefined when it is gone. */
export async function findRun(db: Db, runId: string): Promise<Run | undefined> {
  const row = await db.selectFrom('runs').select(columns).where('id', '=', runId).executeTakeFirst();
  return row && toRun(row);
}

/**
 * The run of this organization; null is the platform itself.
 *
 * @throws AppError RUN_NOT_FOUND
 */
export async function getRun(db: Db, organizationId: string | null, runId: string): Promise<Run> {
  const row = await db
    .selectFrom('runs')
    .select(columns)
    .where('id', '=', runId)
    .where('organizationId', 'is not distinct from', organizationId)
    .executeTakeFirst();
  if (!row) throw runErrors.RUN_NOT_FOUND();
  return toRun(row);
}

export interface RunFilter {
  subject?: string;
  kind?: string;
  states?: readonly RunState[];
  /** Only runs older than this one: the last of the page before. */
  before?: string;
  limit: number;
}

/** Runs of an organization, newest first. */
export async function listRuns(db: Db, organizationId: string | null, filter: RunFilter): Promise<Run[]> {
  let query = db.selectFrom('runs').select(columns).where('organizationId', 'is not distinct from', organizationId);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.states) query = query.where('state', 'in', filter.states);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(toRun);
}

/** The steps of a run in their order, with those of its kind whose turn has not come. */
export async function listSteps(db: Db, run: Run, kind: RunKind<unknown> | undefined): Promise<RunStepRecord[]> {
  const rows = await db
    .selectFrom('runSteps')
    .select(['name', 'state', 'attempt', 'detail', 'result', 'startedAt', 'finishedAt', 'position'])
    .where('runId', '=', run.id)
    .orderBy('position')
    .execute();
  const recorded = new Set(rows.map((row) => row.name));
  const others = (kind?.steps ?? [])
    .map(({ name }, position) => ({
      name,
      position,
      state: isTerminal(run.state) ? 'skipped' : 'pending',
      attempt: 0,
      detail: null,
      result: null,
      startedAt: null,
      finishedAt: null,
    }))
    .filter((step) => !recorded.has(step.name));
  return [...rows, ...others]
    .sort((a, b) => a.position - b.position)
    .map((step) => ({
      name: step.name,
      state: step.state as RunStepState,
      attempt: step.attempt,
      detail: step.detail,
      result: step.result as JsonValue,
      startedAt: step.startedAt,
      finishedAt: step.finishedAt,
    }));
}
