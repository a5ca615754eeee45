import { hasRole } from '../../platform/http/principal.ts';
import { newestVersion } from '../cloud-resources/index.ts';
import { findMembership } from '../organizations/index.ts';
import { changesAnything, mayApprove, requirementOf } from './approval.ts';
import { type ApprovalRow, findApproval, openPlan } from './approval-store.ts';
import { environmentApproval, loadRows, type StackContext, type StackRunDependencies } from './stack-run-context.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';

/** The plan that the update of a run is held to; null for one that was not previewed. */
export async function planOf({ db, secretBox }: StackRunDependencies, context: StackContext): Promise<string | null> {
  const { update } = await loadRows(db, context);
  return await openPlan(db, secretBox, await findApproval(db, update.organizationId, update.id));
}

/** Whether whoever approved may still do so: a role that was taken away takes what was decided by it along. */
async function isDeciderStanding({ db }: StackRunDependencies, row: ApprovalRow): Promise<boolean> {
  if (row.decidedBy === null) return false;
  const membership = await findMembership(db, row.decidedBy, row.organizationId);
  return membership !== undefined && hasRole(membership.role, 'developer');
}

/**
 * Judges, right before a deployment is done, whether it may be: as its environment wants it now, by whoever approved it, and of
 * the state that was previewed.
 *
 * @throws AppError STACK_APPROVAL_REQUIRED, STACK_APPROVAL_VOID, STACK_PLAN_OUTDATED
 */
export async function assertApproved(dependencies: StackRunDependencies, context: StackContext): Promise<void> {
  const { db } = dependencies;
  const { resource, update } = await loadRows(db, context);
  const row = await findApproval(db, update.organizationId, update.id);
  const environment = await environmentApproval(dependencies, resource);
  const required = requirementOf({ environment, preview: update.preview });
  if (row === undefined) {
    if (required !== null) throw stackUpdateErrors.STACK_APPROVAL_REQUIRED();
    return;
  }
  if (row.stateVersion !== (await newestVersion(db, resource.organizationId, resource.id))) {
    throw stackUpdateErrors.STACK_PLAN_OUTDATED();
  }
  // It is held to a plan by which nothing changes.
  if (!changesAnything(row.changes as Record<string, number>)) return;
  if (row.state !== 'approved' || !(await isDeciderStanding(dependencies, row))) {
    throw stackUpdateErrors.STACK_APPROVAL_VOID();
  }
  if (required !== null && !mayApprove(required, update.createdBy, row.decidedBy ?? '')) {
    throw stackUpdateErrors.STACK_APPROVAL_REQUIRED();
  }
}
