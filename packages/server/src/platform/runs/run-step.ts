import type { AppError } from '../../kernel/app-error.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';
import { createRunContext, type RunResources } from './run-context.ts';
import { runErrors } from './run-errors.ts';
import { describeForLog, stepFailure } from './run-failure.ts';
import { type JsonValue, type RunStep, RunWait } from './run-kind.ts';
import { backOffMs, pause, settle } from './run-pause.ts';
import type { RunSettings } from './run-settings.ts';

/** How a step ended. `interrupted` wins over whatever the step threw because of it. */
export type StepEnd =
  | { how: 'succeeded'; result: JsonValue | undefined }
  | { how: 'waits'; wait: RunWait }
  | { how: 'failed'; error: AppError }
  | { how: 'interrupted'; stuck: boolean };

export interface StepWork {
  step: RunStep<unknown>;
  resources: RunResources;
  signal: AbortSignal;
  breakers: CircuitBreakers;
  settings: RunSettings;
  attempt: number;
  /** Records that the step begins once more, and says which attempt that is. */
  again(): Promise<number>;
}

async function tryOnce(work: StepWork, attempt: number): Promise<StepEnd> {
  const { step, resources, signal, settings } = work;
  const { context, close } = createRunContext(resources, { name: step.name, attempt, signal });
  // An async function, so that what a step throws before its first await is caught like the rest.
  const running = (async () => step.run(context))();
  const settled = await settle(running, signal, settings.interruptGraceMs);
  close();
  if (settled.how === 'returned') {
    return settled.value instanceof RunWait
      ? { how: 'waits', wait: settled.value }
      : { how: 'succeeded', result: settled.value };
  }
  if (signal.aborted) return { how: 'interrupted', stuck: settled.how === 'stuck' };
  return { how: 'failed', error: stepFailure(settled.how === 'threw' ? settled.error : undefined) };
}

async function systemOf({ step, resources }: StepWork): Promise<string | undefined> {
  if (step.systemOf === undefined) return step.system;
  return await step.systemOf({ organizationId: resources.claim.organizationId, input: resources.input });
}

/** A try that asks the circuit breaker of the step's outside system first, and tells it what came of it. */
async function tryWithBreaker(work: StepWork, attempt: number): Promise<StepEnd> {
  let system: string | undefined;
  try {
    system = await systemOf(work);
  } catch (error) {
    return { how: 'failed', error: stepFailure(error) };
  }
  if (system === undefined) return tryOnce(work, attempt);
  const answer = work.breakers.ask(system);
  if (answer.open) {
    const seconds = Math.ceil(answer.retryInMs / 1000);
    const message = `${system} has failed several times in a row; it is left alone for ${seconds} s.`;
    return { how: 'failed', error: runErrors.OUTSIDE_SYSTEM_DOWN({ message }) };
  }
  const end = await tryOnce(work, attempt);
  if (end.how === 'failed' && (end.error.away || isDatabaseGone(end.error))) return end;
  if (end.how === 'failed' && end.error.transient) work.breakers.failed(system);
  // An error that is not transient is an answer too: the system is there.
  else if (end.how !== 'interrupted') work.breakers.succeeded(system);
  return end;
}

/** How often a step is begun again because the database went away under it: with the pauses, a good minute. */
const DATABASE_TRIES = 20;
/** What is away is looked for at least this often. */
const LOOK_AGAIN_MS = 3_000;

const isDatabaseGone = (error: AppError): boolean => error.code === 'DATABASE_UNREACHABLE';

/** What is known of a step's tries. Each kind of failure has its own count: what is not the step's fault costs none of its tries. */
interface Failures {
  own: number;
  database: number;
  /** In a row, because something was away; from the first on it is waited for until `patienceEndsAt`. */
  away: number;
  patienceEndsAt: number;
}

/** When the step is begun again, and what is said about it; undefined: not at all. */
interface Retry {
  waitMs: number;
  note: string | undefined;
}

/** Looked for until it is back, but not for ever: people wait for an answer. */
function retryAway({ settings }: StepWork, error: AppError, failures: Failures): Retry | undefined {
  const now = performance.now();
  if (failures.away === 0) failures.patienceEndsAt = now + settings.patienceMs;
  failures.away++;
  const leftMs = failures.patienceEndsAt - now;
  if (leftMs <= 0) return undefined;
  const seconds = Math.ceil(settings.patienceMs / 1000);
  const waitMs = backOffMs(failures.away, { baseMs: settings.retryBaseMs, maxMs: LOOK_AGAIN_MS });
  return {
    waitMs: Math.min(waitMs, leftMs),
    note: failures.away === 1 ? `${error.message} Waiting for it to come back, for up to ${seconds} s.` : undefined,
  };
}

function retryOf(work: StepWork, error: AppError, failures: Failures): Retry | undefined {
  if (error.away) return retryAway(work, error, failures);
  failures.away = 0;
  const { step, settings } = work;
  const gone = isDatabaseGone(error);
  const tries = gone ? DATABASE_TRIES : (step.maxAttempts ?? 1);
  const failed = gone ? ++failures.database : ++failures.own;
  if (!error.transient || failed >= tries) return undefined;
  const maxMs = gone ? settings.renewEveryMs : settings.retryMaxMs;
  const waitMs = backOffMs(failed, { baseMs: settings.retryBaseMs, maxMs });
  const seconds = (waitMs / 1000).toFixed(1);
  return { waitMs, note: `${error.message} Trying again in ${seconds} s (try ${failed + 1} of ${tries}).` };
}

/**
 * Runs a step, and again while it fails with errors marked transient and has tries left. The database is no outside
 * system of a step but what runs are made of: that it was gone costs none of the step's own tries. Nor does it that
 * something was away before the step could begin: that is waited for.
 */
export async function runStep(work: StepWork): Promise<StepEnd> {
  const { step, resources, signal } = work;
  const failures: Failures = { own: 0, database: 0, away: 0, patienceEndsAt: 0 };
  let attempt = work.attempt;
  for (;;) {
    const end = await tryWithBreaker(work, attempt);
    if (end.how !== 'failed') return end;
    const error = describeForLog(end.error, resources.mask);
    resources.logger.warn({ error, step: step.name, attempt, code: end.error.code }, 'step failed');
    const retry = retryOf(work, end.error, failures);
    if (retry === undefined) return end;
    if (retry.note !== undefined) resources.writer.note(step.name, retry.note);
    await pause(retry.waitMs, signal);
    if (signal.aborted) return { how: 'interrupted', stuck: false };
    attempt = await work.again();
  }
}
