import type { Db, Tx } from '../../platform/db/database.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import { mayApprove, type Requirement, requirementOf } from './approval.ts';
import { type ApprovalRow, decideApproval, findApproval } from './approval-store.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { findUpdate, type UpdateWithRun } from './stack-update-store.ts';

export interface StackApprovalOptions {
  db: Db;
  engine: Pick<RunEngine, 'decide' | 'endWaiting'>;
  audit: AuditLog;
  /** What the environment of a cloud resource wants at this moment. */
  environmentApproval: (resource: {
    organizationId: string;
    environmentId: string | null;
  }) => Promise<'none' | 'another_member'>;
}

type Decision = 'approved' | 'discarded';

/** Decides about deployments that wait. Each decision is final, and the same one again changes nothing. */
export function createStackApprovals({ db, engine, audit, environmentApproval }: StackApprovalOptions) {
  /** The approval that waits; null when it was decided so already. */
  async function findWaiting(organizationId: string, id: string, decision: Decision) {
    const update = await findUpdate(db, organizationId, id);
    if (update === undefined) throw stackUpdateErrors.STACK_UPDATE_NOT_FOUND();
    const row = await findApproval(db, organizationId, id);
    if (row?.state === decision && row.decidedBy !== null) return null;
    if (row?.state === 'approved' || row?.state === 'discarded') throw stackUpdateErrors.STACK_UPDATE_DECIDED();
    if (row?.state !== 'waiting') throw stackUpdateErrors.STACK_UPDATE_NOT_WAITING();
    return { update, row };
  }

  async function requirementNow(update: UpdateWithRun, row: ApprovalRow): Promise<Requirement> {
    const environment = await environmentApproval(update);
    const before = row.required as Requirement;
    return requirementOf({ environment, preview: update.preview, before }) ?? before;
  }

  async function settle(
    { principal, address }: Actor,
    id: string,
    settled: { state: Decision; required: Requirement; end: (trx: Tx) => Promise<boolean> },
  ): Promise<void> {
    const { organizationId, userId } = principal;
    const { state, required, end } = settled;
    await db.transaction().execute(async (trx) => {
      // The run first, as whatever else ends it does: of two who decide at once the second finds it decided.
      if (!(await end(trx))) throw stackUpdateErrors.STACK_UPDATE_DECIDED();
      await decideApproval(trx, organizationId, id, { state, required, decidedBy: userId });
      const action = state === 'approved' ? 'stack_update.approve' : 'stack_update.discard';
      await audit.record(trx, { principal, address, action, subject: id, result: 'done', details: { required } });
    });
  }

  return {
    /** @throws AppError STACK_UPDATE_NOT_WAITING, STACK_UPDATE_DECIDED, STACK_APPROVAL_BY_REQUESTER */
    async approve(actor: Actor, id: string): Promise<void> {
      const { organizationId, userId } = actor.principal;
      const found = await findWaiting(organizationId, id, 'approved');
      if (found === null) return;
      const { update, row } = found;
      const required = await requirementNow(update, row);
      if (!mayApprove(required, update.createdBy, userId)) throw stackUpdateErrors.STACK_APPROVAL_BY_REQUESTER();
      const { runId } = update;
      const end = (trx: Tx) => engine.decide(trx, { organizationId, runId, decision: { approvedBy: userId } });
      await settle(actor, id, { state: 'approved', required, end });
    },

    /** Whoever may deploy may discard, also what they asked for themselves. @throws AppError STACK_UPDATE_NOT_WAITING, STACK_UPDATE_DECIDED */
    async discard(actor: Actor, id: string): Promise<void> {
      const { organizationId } = actor.principal;
      const found = await findWaiting(organizationId, id, 'discarded');
      if (found === null) return;
      const { update, row } = found;
      const reason = 'Discarded: a member decided that it is not done.';
      const end = (trx: Tx) =>
        engine.endWaiting(trx, {
          organizationId,
          runId: update.runId,
          outcome: { state: 'canceled', reason, errorCode: null },
        });
      await settle(actor, id, { state: 'discarded', required: row.required as Requirement, end });
    },
  };
}
