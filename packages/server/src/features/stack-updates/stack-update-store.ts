import { type Insertable, sql } from 'kysely';
import type { StackUpdates } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { ChosenCredential } from './stack-update.ts';

/** All but the state of a restore, which may be large. */
const columns = [
  'stackUpdates.id',
  'stackUpdates.organizationId',
  'stackUpdates.cloudResourceId',
  'stackUpdates.runId',
  'stackUpdates.operation',
  'stackUpdates.manifest',
  'stackUpdates.clearPending',
  'stackUpdates.preview',
  'stackUpdates.importIds',
  'stackUpdates.retryOf',
  'stackUpdates.credential',
  'stackUpdates.changes',
  'stackUpdates.exitCode',
  'stackUpdates.createdBy',
  'stackUpdates.askedRole',
  'stackUpdates.createdAt',
] as const;

function withRun(db: Db, organizationId: string) {
  return db
    .selectFrom('stackUpdates')
    .innerJoin('runs', 'runs.id', 'stackUpdates.runId')
    .innerJoin('cloudResources', 'cloudResources.id', 'stackUpdates.cloudResourceId')
    .leftJoin('stackUpdateApprovals as approval', 'approval.stackUpdateId', 'stackUpdates.id')
    .where('stackUpdates.organizationId', '=', organizationId)
    .select(columns)
    .select([
      'runs.state as runState',
      'runs.reason as runReason',
      'runs.errorCode as runErrorCode',
      'runs.errorHint as runErrorHint',
      'runs.currentStep as runStep',
      'runs.startedAt as runStartedAt',
      'runs.finishedAt as runFinishedAt',
      'runs.timeoutMs as runTimeoutMs',
      'cloudResources.kind as resourceKind',
      'cloudResources.name as resourceName',
      'cloudResources.stackOrganization',
      'cloudResources.stackProject',
      'cloudResources.stackName',
      'cloudResources.environmentId',
      'approval.state as approvalState',
      'approval.required as approvalRequired',
      'approval.changes as approvalChanges',
      'approval.requestedAt as approvalRequestedAt',
      'approval.decidedBy as approvalDecidedBy',
      'approval.decidedAt as approvalDecidedAt',
    ]);
}
export type UpdateWithRun = Awaited<ReturnType<ReturnType<typeof withRun>['executeTakeFirstOrThrow']>>;

export async function findUpdate(db: Db, organizationId: string, id: string): Promise<UpdateWithRun | undefined> {
  return await withRun(db, organizationId).where('stackUpdates.id', '=', id).executeTakeFirst();
}

/** Newest first. */
export async function listUpdates(
  db: Db,
  organizationId: string,
  page: {
    limit: number;
    before: string | undefined;
    cloudResourceId: string | undefined;
    credentialId: string | undefined;
    states: readonly string[] | undefined;
  },
): Promise<UpdateWithRun[]> {
  let query = withRun(db, organizationId);
  if (page.before !== undefined) query = query.where('stackUpdates.id', '<', page.before);
  if (page.cloudResourceId !== undefined)
    query = query.where('stackUpdates.cloudResourceId', '=', page.cloudResourceId);
  if (page.credentialId !== undefined) {
    query = query.where(sql`stack_updates.credential ->> 'id'`, '=', page.credentialId);
  }
  if (page.states !== undefined) query = query.where('runs.state', 'in', [...page.states]);
  return await query.orderBy('stackUpdates.id', 'desc').limit(page.limit).execute();
}

export async function insertUpdate(trx: Tx, row: Insertable<StackUpdates>): Promise<void> {
  await trx.insertInto('stackUpdates').values(row).execute();
}

export async function setUpdate(
  db: Db,
  organizationId: string,
  id: string,
  changes: { credential?: ChosenCredential; changes?: Readonly<Record<string, number>>; exitCode?: number | null },
): Promise<void> {
  const { credential, changes: counted, exitCode } = changes;
  await db
    .updateTable('stackUpdates')
    .set({
      ...(credential === undefined ? {} : { credential: JSON.stringify(credential) }),
      ...(counted === undefined ? {} : { changes: JSON.stringify(counted) }),
      ...(exitCode === undefined ? {} : { exitCode }),
    })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Runs of a resource that have not ended. */
export async function listOpenRuns(db: Db, organizationId: string, cloudResourceId: string): Promise<{ id: string }[]> {
  return await db
    .selectFrom('runs')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('subject', '=', cloudResourceId)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .execute();
}

/** Kinds of the runs of a resource that have not begun, in their order. */
export async function listQueuedKinds(db: Db, organizationId: string, cloudResourceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('kind')
    .where('organizationId', '=', organizationId)
    .where('subject', '=', cloudResourceId)
    .where('state', '=', 'queued')
    .orderBy('position')
    .execute();
  return rows.map(({ kind }) => kind);
}

/** Runs of a resource that wait for a decision. */
export async function listWaitingRuns(db: Db, organizationId: string, cloudResourceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('subject', '=', cloudResourceId)
    .where('state', '=', 'waiting')
    .execute();
  return rows.map(({ id }) => id);
}

/** Pieces of the program's output that were stored: what the engine and davit say themselves is of stream `system`. */
export async function countStored(db: Db, runId: string, step: string): Promise<number> {
  const row = await db
    .selectFrom('runOutput')
    .select((expression) => expression.fn.countAll<number>().as('lines'))
    .where('runId', '=', runId)
    .where('step', 'in', [step, 'cleanup'])
    .where('stream', '<>', 'system')
    .executeTakeFirst();
  return row?.lines ?? 0;
}
