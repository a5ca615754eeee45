import type { Run, RunStepRecord } from '../../platform/runs/run.ts';
import type { RunEnd, RunView } from './run.ts';

/** How a run went, for whoever shows the last one of a kind. */
export function presentRunEnd({ state, reason, errorCode, hint, createdAt, finishedAt }: Run): RunEnd {
  return { state, reason, errorCode, hint, createdAt, finishedAt };
}

/** A run as callers see it. The results of steps stay inside: they are for the steps after. */
export function presentRun(run: Run, steps: readonly RunStepRecord[]): RunView {
  return {
    id: run.id,
    kind: run.kind,
    subject: run.subject,
    state: run.state,
    reason: run.reason,
    errorCode: run.errorCode,
    hint: run.hint,
    currentStep: run.currentStep,
    attempt: run.attempt,
    steps: steps.map(({ name, state, attempt, detail, startedAt, finishedAt }) => ({
      name,
      state,
      attempt,
      detail,
      startedAt,
      finishedAt,
    })),
    askedBy: run.askedBy,
    cancelRequestedAt: run.cancelRequestedAt,
    cancelRequestedBy: run.cancelRequestedBy,
    supersededBy: run.supersededBy,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    outputRemovedAt: run.outputRemovedAt,
  };
}
