import { runHint } from '../../platform/runs/run-hint.ts';
import { type Deployment, deploymentStatus } from './deployment.ts';
import type { DeploymentWithRun } from './deployment-store.ts';

/** A deployment as callers see it. */
export function presentDeployment(row: DeploymentWithRun): Deployment {
  return {
    id: row.id,
    serviceId: row.serviceId,
    runId: row.runId,
    number: row.number,
    trigger: row.trigger as Deployment['trigger'],
    status: deploymentStatus({ state: row.runState, reason: row.runReason }, row.releaseState),
    reason: row.runReason,
    errorCode: row.runErrorCode,
    hint: runHint({ errorCode: row.runErrorCode, errorHint: row.runErrorHint }),
    currentStep: row.runStep,
    commit:
      row.commitSha === null ? null : { sha: row.commitSha, message: row.commitMessage, author: row.commitAuthor },
    rollsBackTo: row.rollsBackTo,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.runStartedAt?.toISOString() ?? null,
    finishedAt: row.runFinishedAt?.toISOString() ?? null,
  };
}
