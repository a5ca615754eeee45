import { AppError } from '../../kernel/app-error.ts';
import { createRunContext, type RunResources } from './run-context.ts';
import { describeForLog, reasonText } from './run-failure.ts';
import type { Transition } from './run-journal.ts';
import { RunInterruption, type RunKind, type RunOutcome } from './run-kind.ts';
import { backOffMs, pause, settle } from './run-pause.ts';
import type { RunSettings } from './run-settings.ts';

/** The name of the step that the engine adds when a run that did not succeed is cleaned up. */
export const CLEANUP_STEP = 'cleanup';
const CLEANUP_TRIES = 3;

export interface CleanUpWork {
  kind: RunKind<unknown>;
  resources: RunResources;
  outcome: RunOutcome;
  /** Aborted when another worker goes on with the cleanup. */
  leave: AbortSignal;
  record(transition: Transition): Promise<{ attempt: number }>;
  settings: RunSettings;
  /** Workers died in it too often: it is not tried once more. */
  givenUp: boolean;
}

async function tryCleanUp(work: CleanUpWork, attempt: number): Promise<AppError | undefined> {
  const { kind, resources, outcome, leave, settings } = work;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new RunInterruption('timeout')), settings.cleanupTimeoutMs);
  const signal = AbortSignal.any([leave, limit.signal]);
  const { context, close } = createRunContext(resources, { name: CLEANUP_STEP, attempt, signal });
  try {
    const running = (async () => kind.cleanup?.(context, outcome))();
    const settled = await settle(running, signal, settings.interruptGraceMs);
    if (settled.how === 'returned') return undefined;
    leave.throwIfAborted();
    const error = settled.how === 'threw' ? settled.error : new RunInterruption('timeout');
    resources.logger.error({ error: describeForLog(error, resources.mask), attempt }, 'cleanup failed');
    return AppError.from(error);
  } finally {
    clearTimeout(timer);
    close();
  }
}

/** Undoes what the run left half-made. Whatever comes of it, the run ends with the same state. */
export async function cleanUp(work: CleanUpWork): Promise<{ outcome: RunOutcome; endStep?: Transition['endStep'] }> {
  const { kind, resources, outcome, leave, settings } = work;
  if (work.givenUp) {
    return { outcome: { ...outcome, reason: `${outcome.reason} Cleaning up was given up, so something may be left.` } };
  }
  for (let failures = 1; ; failures++) {
    const { attempt } = await work.record({ startStep: { name: CLEANUP_STEP, position: kind.steps.length } });
    const error = await tryCleanUp(work, attempt);
    if (!error) return { outcome, endStep: { name: CLEANUP_STEP, state: 'succeeded' } };
    if (failures === CLEANUP_TRIES) {
      const cause = reasonText(error.message, resources.mask);
      const reason = `${outcome.reason} Cleaning up failed, so something may be left: ${cause}`;
      return { outcome: { ...outcome, reason }, endStep: { name: CLEANUP_STEP, state: 'failed', detail: cause } };
    }
    await pause(backOffMs(failures, { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }), leave);
    leave.throwIfAborted();
  }
}
