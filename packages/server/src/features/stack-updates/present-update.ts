import { runHint } from '../../platform/runs/run-hint.ts';
import type { Approval } from './approval.ts';
import { type ChosenCredential, type StackUpdate, type UpdateOperation, updateStatus } from './stack-update.ts';
import type { UpdateWithRun } from './stack-update-store.ts';

/** What people see of an approval: nothing before somebody is asked. */
function approvalOf(row: UpdateWithRun): Approval | null {
  if (row.approvalState === null || row.approvalRequestedAt === null) return null;
  return {
    state: row.approvalState as Approval['state'],
    required: row.approvalRequired as Approval['required'],
    changes: row.approvalChanges as Approval['changes'],
    requestedAt: row.approvalRequestedAt,
    decidedBy: row.approvalDecidedBy,
    decidedAt: row.approvalDecidedAt,
  };
}

/** A stack update as people see it. */
export function presentUpdate(row: UpdateWithRun): StackUpdate {
  return {
    id: row.id,
    cloudResourceId: row.cloudResourceId,
    resource: { kind: row.resourceKind, name: row.resourceName },
    runId: row.runId,
    operation: row.operation as UpdateOperation,
    status: updateStatus(row.runState),
    reason: row.runReason,
    errorCode: row.runErrorCode,
    hint: runHint({ errorCode: row.runErrorCode, errorHint: row.runErrorHint }),
    currentStep: row.runStep,
    stackFqdn: `${row.stackOrganization}/${row.stackProject}/${row.stackName}`,
    credential: row.credential as ChosenCredential | null,
    changes: row.changes as Record<string, number> | null,
    approval: approvalOf(row),
    retryOf: row.retryOf,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    startedAt: row.runStartedAt,
    finishedAt: row.runFinishedAt,
  };
}
