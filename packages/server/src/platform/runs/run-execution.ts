import { AppError } from '../../kernel/app-error.ts';
import type { ExecutionDeps } from './execution-deps.ts';
import type { ClaimedRun } from './run-claim.ts';
import { cleanUp } from './run-cleanup.ts';
import type { RunResources } from './run-context.ts';
import { runErrors } from './run-errors.ts';
import { describeForLog, failedWith, failedWithin, isDatabaseDown } from './run-failure.ts';
import { finishRun } from './run-finish.ts';
import type { Transition } from './run-journal.ts';
import { RunInterruption, type RunKind, type RunOutcome, type RunStep, type RunWait } from './run-kind.ts';
import { pause } from './run-pause.ts';
import { openResources } from './run-resources.ts';
import { runStep } from './run-step.ts';
import { parkRun } from './run-wait.ts';

/** A run that this worker works on. */
export interface Execution {
  readonly claim: ClaimedRun;
  /** Whether it has one of its lane's places: not while an application keeps it waiting. */
  readonly takesPlace: boolean;
  /** Whether the lease is gone: what still runs here changes nothing. */
  readonly lost: boolean;
  interrupt(cause: RunInterruption['interruption']): void;
  /** Resolves when the run has ended here: terminal, handed over, or lost. Never rejects. */
  readonly ended: Promise<void>;
}

/** Where a run stands when its steps are over. `endStep` is not recorded yet: it goes with what comes next. */
interface StepsEnd {
  outcome: RunOutcome;
  endStep?: Transition['endStep'];
}
/** The run waits for a decision: no worker has it any more. */
type Parked = 'parked';

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const RECONNECT_MS = 250;
const CANCELED: RunOutcome = { state: 'canceled', reason: 'Canceled on request.', errorCode: null };
const SUCCEEDED: RunOutcome = { state: 'succeeded', reason: 'All steps are done.', errorCode: null };

/** Works on a claimed run until it has ended here. `onPlaceLeft`: others may take its place now. */
export function startExecution(claim: ClaimedRun, deps: ExecutionDeps, onPlaceLeft: () => void): Execution {
  const { journal, settings } = deps;
  const lease = { runId: claim.id, token: claim.token };
  const logger = deps.logger.child({ runId: claim.id, kind: claim.kind, subject: claim.subject });
  /** Ends the steps; `leave` ends the cleanup too, since another worker goes on. */
  const stop = new AbortController();
  const leave = new AbortController();
  let lost = false;
  let takesPlace = true;

  /** Runs that are slow in ending what they wait for must not keep everybody else from beginning. */
  async function leavePlaceDuring<T>({ waitsForApplication }: RunStep<unknown>, work: Promise<T>): Promise<T> {
    if (waitsForApplication === undefined) return await work;
    const timer = setTimeout(() => {
      takesPlace = false;
      onPlaceLeft();
    }, settings.placeLeftAfterMs);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      takesPlace = true;
    }
  }

  function interrupt(cause: RunInterruption['interruption']): void {
    const interruption = new RunInterruption(cause);
    if (cause === 'lease-lost') lost = true;
    if (cause === 'lease-lost' || cause === 'handover') leave.abort(interruption);
    stop.abort(interruption);
  }

  /** Asks the database until it answers; gives up only when the run is no longer ours. */
  async function persist<T>(work: (again: boolean) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work(tries > 1);
      } catch (thrown) {
        if (thrown instanceof RunInterruption && thrown.interruption === 'lease-lost') interrupt('lease-lost');
        if (!isDatabaseDown(thrown)) throw thrown;
        if (lost) throw new RunInterruption('lease-lost');
        await pause(Math.min(RECONNECT_MS * tries, settings.renewEveryMs));
      }
    }
  }

  const record = (transition: Transition) => persist(() => journal.record(lease, transition));

  /** How the run ends because it was interrupted; throws when it does not end but is left to another worker. */
  async function interrupted(stepName: string, stuck: boolean, endStep?: Transition['endStep']): Promise<StepsEnd> {
    const cause: unknown = leave.signal.reason ?? stop.signal.reason;
    if (!(cause instanceof RunInterruption)) throw cause;
    if (cause.interruption === 'handover' && endStep) await record({ endStep });
    if (cause.interruption === 'lease-lost' || cause.interruption === 'handover') throw cause;
    const grace = settings.interruptGraceMs / 1000;
    const left = stuck ? ` Step ${stepName} did not stop within ${grace} s: what it started may still be there.` : '';
    const seconds = claim.timeoutMs / 1000;
    const message = `Not done after ${seconds} s, in step ${stepName}.${left}`;
    const hint = deps.kinds.get(claim.kind)?.timeoutHint;
    const outcome: RunOutcome =
      cause.interruption === 'canceled'
        ? { ...CANCELED, reason: `${CANCELED.reason}${left}` }
        : failedWith(runErrors.RUN_TIMED_OUT({ message, hint }));
    const state = cause.interruption === 'canceled' ? 'canceled' : 'failed';
    return { outcome, endStep: endStep ?? { name: stepName, state, detail: outcome.reason } };
  }

  /** Leaves the run to whoever decides, unless something speaks against it by now. */
  async function park(stepName: string, wait: RunWait): Promise<StepsEnd | Parked> {
    const instead = await persist(() =>
      deps.database.db.transaction().execute(async (trx) => {
        const outcome = await wait.begin(trx);
        if (outcome !== undefined) return outcome;
        return (await parkRun(trx, lease, wait)) === 'canceled' ? CANCELED : undefined;
      }),
    );
    if (instead === undefined) return 'parked';
    const state = instead.state === 'failed' ? 'failed' : 'canceled';
    return { outcome: instead, endStep: { name: stepName, state, detail: instead.reason } };
  }

  async function runSteps(steps: readonly RunStep<unknown>[], resources: RunResources): Promise<StepsEnd | Parked> {
    const { writer, mask } = resources;
    const results: Record<string, unknown> = resources.results;
    let endStep: Transition['endStep'];
    for (const [position, step] of steps.entries()) {
      if (Object.hasOwn(results, step.name)) continue;
      if (stop.signal.aborted) return interrupted(step.name, false, endStep);
      const startStep = { name: step.name, position };
      try {
        const started = claim.takenFrom === null && !claim.isResumed && position === 0;
        const attempt = started ? 1 : (await record({ ...(endStep ? { endStep } : {}), startStep })).attempt;
        endStep = undefined;
        const again = async () => (await record({ startStep })).attempt;
        const work = { step, resources, signal: stop.signal, breakers: deps.breakers, settings, attempt, again };
        const end = await leavePlaceDuring(step, runStep(work));
        if (end.how === 'interrupted') return await interrupted(step.name, end.stuck);
        if (end.how === 'failed') throw end.error;
        // First the output, then the success: a crash in between repeats the step, and loses no line of it.
        await writer.flush();
        if (end.how === 'waits') return await park(step.name, end.wait);
        results[step.name] = end.result ?? null;
        endStep = { name: step.name, state: 'succeeded', result: end.result };
      } catch (thrown) {
        if (thrown instanceof RunInterruption) throw thrown;
        const error = AppError.from(thrown);
        if (error.code === 'INTERNAL') {
          logger.error({ error: describeForLog(thrown, mask), step: step.name }, 'step broke');
        }
        const outcome = failedWithin(error, mask);
        writer.note(step.name, `Failed: ${outcome.reason}`);
        return { outcome, endStep: { name: step.name, state: 'failed', detail: outcome.reason } };
      }
    }
    return { outcome: SUCCEEDED, ...(endStep ? { endStep } : {}) };
  }

  async function endWith(kind: RunKind<unknown>, resources: RunResources): Promise<StepsEnd | Parked> {
    const tooOften = claim.attempt > claim.maxAttempts;
    let end: StepsEnd | Parked;
    if (claim.pendingOutcome) end = { outcome: claim.pendingOutcome };
    else if (tooOften) end = { outcome: failedWith(runErrors.RUN_ABANDONED()) };
    else end = await runSteps(kind.steps, resources);
    if (end === 'parked') return end;
    if (end.outcome.state === 'succeeded' || !kind.cleanup) return end;
    if (!claim.pendingOutcome) await record({ ...end, settle: end.outcome });
    const givenUp = claim.attempt > 2 * claim.maxAttempts;
    return cleanUp({ kind, resources, outcome: end.outcome, leave: leave.signal, record, settings, givenUp });
  }

  async function work(): Promise<void> {
    const kind = deps.kinds.get(claim.kind);
    const input = kind?.input.safeParse(claim.input);
    if (!kind || !input?.success) {
      const error = kind ? runErrors.RUN_INPUT_UNREADABLE({ cause: input?.error }) : runErrors.RUN_KIND_UNKNOWN();
      logger.error({ err: error }, 'a run that cannot be run');
      await record({ finish: failedWith(error) });
      return;
    }
    const timer = setTimeout(() => interrupt('timeout'), Math.min(Math.max(claim.remainingMs, 0), LONGEST_TIMER_MS));
    if (claim.cancelRequested) interrupt('canceled');
    const onLeaseLost = () => interrupt('lease-lost');
    const resources = await openResources({
      claim,
      lease,
      input: input.data,
      kind,
      deps,
      logger,
      persist,
      onLeaseLost,
    });
    try {
      const end = await endWith(kind, resources);
      await resources.writer.close();
      if (end === 'parked') {
        logger.info({}, 'run waits for a decision');
        return;
      }
      await finishRun({ deps, kind, resources, end: { ...end, finish: end.outcome }, persist, logger });
      logger.info({ state: end.outcome.state, code: end.outcome.errorCode }, 'run ended');
    } catch (thrown) {
      if (thrown instanceof RunInterruption && thrown.interruption === 'handover') await resources.writer.close();
      throw thrown;
    } finally {
      clearTimeout(timer);
      resources.writer.abandon();
    }
  }

  const ended = work().catch((thrown: unknown) => {
    if (thrown instanceof RunInterruption)
      logger.warn({ interruption: thrown.interruption }, 'run left to another worker');
    else logger.error({ err: thrown }, 'run left to another worker, since its end could not be recorded');
  });
  return {
    claim,
    interrupt,
    ended,
    get takesPlace() {
      return takesPlace;
    },
    get lost() {
      return lost;
    },
  };
}
