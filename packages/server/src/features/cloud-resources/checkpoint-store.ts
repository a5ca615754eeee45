import { sql } from 'kysely';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { PendingOperation } from './cloud-resource.ts';

/** How many states of a stack are kept; the newest are those of the newest runs that changed it. */
const kept = 20;

const place = (organizationId: string, cloudResourceId: string, runId: string) => ({
  organizationId,
  table: 'stack_checkpoints',
  column: 'state',
  rowId: `${cloudResourceId}/${runId}`,
});

interface Summary {
  resources: number;
  pending: PendingOperation[];
}

/** What people see of a state: Pulumi's deployment, version 3, as its file backend writes it. Undefined when it is none. */
function summarizeState(state: string): Summary | undefined {
  try {
    const { checkpoint } = JSON.parse(state) as { checkpoint?: { latest?: unknown; Latest?: unknown } };
    // With a capital letter where a state was put in place of another.
    const { resources, pending_operations: pending } = (checkpoint?.latest ?? checkpoint?.Latest ?? {}) as {
      resources?: unknown[] | null;
      pending_operations?: { type?: unknown; resource?: { urn?: unknown } }[] | null;
    };
    return {
      resources: resources?.length ?? 0,
      pending: (pending ?? []).map(({ type, resource }) => ({ type: String(type), urn: String(resource?.urn) })),
    };
  } catch {
    return undefined;
  }
}

/** Keeps the state that a run wrote last, in place of what it wrote before; false when it is no state. */
export async function saveCheckpoint(
  trx: Tx,
  secretBox: SecretBox,
  at: { organizationId: string; cloudResourceId: string; runId: string },
  state: string,
): Promise<boolean> {
  const summary = summarizeState(state);
  if (summary === undefined) return false;
  const { organizationId, cloudResourceId, runId } = at;
  const sealed = await secretBox.seal(trx, place(organizationId, cloudResourceId, runId), state);
  const values = {
    state: sealed,
    resources: summary.resources,
    pending: JSON.stringify(summary.pending),
    updatedAt: new Date(),
  };
  await trx
    .insertInto('stackCheckpoints')
    .values({
      ...at,
      ...values,
      version: sql<number>`(select coalesce(max(version), 0) + 1 from stack_checkpoints where cloud_resource_id = ${cloudResourceId})`,
    })
    .onConflict((conflict) => conflict.constraint('stack_checkpoints_run_key').doUpdateSet(values))
    .execute();
  return true;
}

/** The state of a stack at a version, the newest where none is given; null when there is none. */
export async function readCheckpoint(
  db: Db,
  secretBox: SecretBox,
  organizationId: string,
  cloudResourceId: string,
  version?: number,
): Promise<string | null> {
  let query = db
    .selectFrom('stackCheckpoints')
    .select(['state', 'runId'])
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId);
  if (version !== undefined) query = query.where('version', '=', version);
  const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return null;
  return (await secretBox.open(db, place(organizationId, cloudResourceId, row.runId), row.state)).toString('utf8');
}

/** Whether the state that this run wrote is the newest of its stack, or would be. */
export async function isNewest(
  db: Db,
  organizationId: string,
  cloudResourceId: string,
  runId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('stackCheckpoints')
    .select('runId')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined || row.runId <= runId;
}

/** Which state of a stack is its newest; 0 before the first. */
export async function newestVersion(db: Db, organizationId: string, cloudResourceId: string): Promise<number> {
  const row = await db
    .selectFrom('stackCheckpoints')
    .select((expression) => expression.fn.max('version').as('version'))
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

/** Whether there is anything of a stack, as far as its newest state tells. */
export async function hasResources(db: Db, organizationId: string, cloudResourceId: string): Promise<boolean> {
  const row = await db
    .selectFrom('stackCheckpoints')
    .select('resources')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.resources ?? 0) > 0;
}

/** Forgets the oldest states, all but the newest ones. */
export async function pruneCheckpoints(trx: Tx, organizationId: string, cloudResourceId: string): Promise<void> {
  await trx
    .deleteFrom('stackCheckpoints')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .where(
      'version',
      '<=',
      sql<number>`(select max(version) - ${kept} from stack_checkpoints where cloud_resource_id = ${cloudResourceId})`,
    )
    .execute();
}

/** Forgets all states of a resource that is gone. */
export async function deleteCheckpoints(trx: Tx, organizationId: string, cloudResourceId: string): Promise<void> {
  await trx
    .deleteFrom('stackCheckpoints')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .execute();
}
