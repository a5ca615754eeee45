import type { Insertable } from 'kysely';
import type { StackUpdates } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { ChosenCredential } from './stack-update.ts';

function withRun(db: Db, organizationId: string) {
  return db
    .selectFrom('stackUpdates')
    .innerJoin('runs', 'runs.id', 'stackUpdates.runId')
    .innerJoin('cloudResources', 'cloudResources.id', 'stackUpdates.cloudResourceId')
    .where('stackUpdates.organizationId', '=', organizationId)
    .selectAll('stackUpdates')
    .select([
      'runs.state as runState',
      'runs.reason as runReason',
      'runs.errorCode as runErrorCode',
      'runs.currentStep as runStep',
      'runs.startedAt as runStartedAt',
      'runs.finishedAt as runFinishedAt',
      'cloudResources.stackOrganization',
      'cloudResources.stackProject',
      'cloudResources.stackName',
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
    states: readonly string[] | undefined;
  },
): Promise<UpdateWithRun[]> {
  let query = withRun(db, organizationId);
  if (page.before !== undefined) query = query.where('stackUpdates.id', '<', page.before);
  if (page.cloudResourceId !== undefined)
    query = query.where('stackUpdates.cloudResourceId', '=', page.cloudResourceId);
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
