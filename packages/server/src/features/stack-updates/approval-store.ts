import type { Selectable } from 'kysely';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { StackUpdateApprovals } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Requirement } from './approval.ts';

export type ApprovalRow = Selectable<StackUpdateApprovals>;

const place = (organizationId: string, stackUpdateId: string) => ({
  organizationId,
  table: 'stack_update_approvals',
  column: 'plan',
  rowId: stackUpdateId,
});

/** Keeps what was previewed, in place of what the same update previewed before. Nobody is asked by that yet. */
export async function savePlan(
  trx: Tx,
  secretBox: SecretBox,
  at: { organizationId: string; stackUpdateId: string },
  planned: { required: Requirement; changes: Readonly<Record<string, number>>; stateVersion: number; plan: string },
): Promise<void> {
  const { required, stateVersion } = planned;
  const values = {
    required,
    stateVersion,
    state: 'planned',
    changes: JSON.stringify(planned.changes),
    plan: await secretBox.seal(trx, place(at.organizationId, at.stackUpdateId), planned.plan),
  };
  await trx
    .insertInto('stackUpdateApprovals')
    .values({ ...at, ...values })
    .onConflict((conflict) => conflict.column('stackUpdateId').doUpdateSet(values))
    .execute();
}

export async function findApproval(
  db: Db,
  organizationId: string,
  stackUpdateId: string,
): Promise<ApprovalRow | undefined> {
  return await db
    .selectFrom('stackUpdateApprovals')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('stackUpdateId', '=', stackUpdateId)
    .executeTakeFirst();
}

/** The plan that an update is held to; null for one that was not previewed. */
export async function openPlan(db: Db, secretBox: SecretBox, row: ApprovalRow | undefined): Promise<string | null> {
  if (row === undefined || row.plan === null) return null;
  return (await secretBox.open(db, place(row.organizationId, row.stackUpdateId), row.plan)).toString('utf8');
}

/** From now on somebody is asked. */
export async function askForApproval(trx: Tx, organizationId: string, stackUpdateId: string): Promise<void> {
  await trx
    .updateTable('stackUpdateApprovals')
    .set({ state: 'waiting', requestedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('stackUpdateId', '=', stackUpdateId)
    .where('state', '=', 'planned')
    .execute();
}

export async function decideApproval(
  trx: Tx,
  organizationId: string,
  stackUpdateId: string,
  decision: { state: 'approved' | 'discarded'; required: Requirement; decidedBy: string },
): Promise<void> {
  await trx
    .updateTable('stackUpdateApprovals')
    .set({ ...decision, decidedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('stackUpdateId', '=', stackUpdateId)
    .execute();
}

/** An update has ended: its plan is gone, and nobody is asked any more. */
export async function closeApproval(trx: Tx, organizationId: string, stackUpdateId: string): Promise<void> {
  const ofUpdate = trx
    .updateTable('stackUpdateApprovals')
    .where('organizationId', '=', organizationId)
    .where('stackUpdateId', '=', stackUpdateId);
  await ofUpdate.set({ plan: null }).execute();
  await ofUpdate.set({ state: 'discarded', decidedAt: new Date() }).where('state', '=', 'waiting').execute();
}
