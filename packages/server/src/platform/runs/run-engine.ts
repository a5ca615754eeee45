import { type Clock, systemClock } from '../../kernel/clock.ts';
import { createId } from '../../kernel/id.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database, Tx } from '../db/database.ts';
import { createCircuitBreakers } from './circuit-breaker.ts';
import { createNotificationListener } from './notification-listener.ts';
import { createOutputHub } from './output-hub.ts';
import { type OutputOutline, readOutline } from './output-outline.ts';
import { type OutputPage, type OutputQuery, readOutput, readWholeOutput } from './output-page.ts';
import { removeOldOutput } from './output-retention.ts';
import type { OutputLine, Run, RunChange, RunStepRecord, RunUpdate } from './run.ts';
import { CLEANUP_STEP } from './run-cleanup.ts';
import { runErrors } from './run-errors.ts';
import { createRunJournal } from './run-journal.ts';
import type { RunKind, RunOutcome } from './run-kind.ts';
import { OUTPUT_CHANNEL, parseOutputPayload, parseRunMessage, RUN_CHANNEL, type RunMessage } from './run-messages.ts';
import { insertRun, type NeverStarted, requestCancel, supersedeQueued } from './run-queue.ts';
import { getRun, listRuns, listSteps, type RunFilter } from './run-reader.ts';
import { defaultRunSettings, type RunSettings } from './run-settings.ts';
import { createRunWorker } from './run-worker.ts';
import { createWaitingRuns, type WaitingRuns } from './waiting-runs.ts';

export interface RunEngineOptions {
  database: Database;
  logger: Logger;
  clock?: Clock;
  /** How many long runs this server works on at a time, from which follows how many of each lane; 0 for a server that only reads. */
  concurrency: number;
  kinds: readonly RunKind<unknown>[];
  /** Names this server to people, in the output of a run that it took over. */
  ownerName: string;
  settings?: Partial<RunSettings>;
}

export interface EnqueueRun {
  /** Name of one of the engine's kinds. */
  kind: string;
  /** Null for the platform's own work. */
  organizationId: string | null;
  /** At most 200 characters, such as a service's id. Runs of a subject run one at a time, in the order of their commits. */
  subject: string;
  /** Checked by the kind's schema. */
  input: unknown;
  /** Id of the user or API token; null for the platform. */
  askedBy: string | null;
  /** All of its time from the first start, also over crashes; the kind's by default. */
  timeoutMs?: number;
  /** How many workers may die on it before it is given up; 10 by default. */
  maxAttempts?: number;
  /** Not before then. */
  runAt?: Date;
}

/** The queue, the history and the output of everything that takes time. */
export interface RunEngine extends WaitingRuns {
  /**
   * Queues a run within the caller's transaction; workers hear of it when that commits. Takes a lock on the subject
   * until then. Throws a ZodError when the input is not what the kind wants: its callers have checked it.
   */
  enqueue(trx: Tx, run: EnqueueRun): Promise<{ id: string; superseded: string[] }>;
  /**
   * Cancels a queued or waiting run at once and asks a running one to stop, which it does within seconds; says nothing against a
   * run that is canceled already.
   *
   * @throws AppError RUN_NOT_FOUND, RUN_ALREADY_ENDED
   */
  cancel(organizationId: string | null, runId: string, askedBy: string | null): Promise<Run>;
  /** Begins to listen and to work. */
  start(): Promise<void>;
  /** Takes no more runs, hands over those it has, and stops listening. `deadlineMs`: how long steps may take to let go. */
  stop(deadlineMs: number): Promise<void>;
  /** @throws AppError RUN_NOT_FOUND */
  getRun(organizationId: string | null, runId: string): Promise<Run>;
  listRuns(organizationId: string | null, filter: RunFilter): Promise<Run[]>;
  /** Of a run that its reader may see. */
  listSteps(run: Run): Promise<RunStepRecord[]>;
  /**
   * A page of output: at most `limit` lines (and about a megabyte) after line `after`.
   *
   * @throws AppError RUN_NOT_FOUND
   */
  readOutput(organizationId: string | null, runId: string, query: OutputQuery): Promise<{ run: Run } & OutputPage>;
  /**
   * How the output is divided into steps, and where its failure begins.
   *
   * @throws AppError RUN_NOT_FOUND
   */
  readOutline(organizationId: string | null, runId: string): Promise<OutputOutline>;
  /**
   * All lines that there are now, page by page as they are asked for.
   *
   * @throws AppError RUN_NOT_FOUND
   */
  readWholeOutput(organizationId: string | null, runId: string): Promise<AsyncIterable<OutputLine[]>>;
  /**
   * Output after line `after` and changes of the run as they come, from whatever server works on it; `end` is the last.
   * Abort the signal to stop.
   *
   * @throws AppError RUN_NOT_FOUND
   */
  followOutput(
    organizationId: string | null,
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<RunUpdate>;
  /** Calls the listener at each change of any run, on all servers; the result ends that. A change may be missed while the database is away. */
  onRunChanged(listener: (change: RunChange) => void): () => void;
  /** Removes the output of runs that ended before `endedBefore`; how many runs that were. */
  removeOldOutput(endedBefore: Date): Promise<number>;
}

const LONGEST_SUBJECT = 200;

function indexKinds(kinds: readonly RunKind<unknown>[]): Map<string, RunKind<unknown>> {
  for (const kind of kinds) {
    const names = kind.steps.map((step) => step.name);
    const taken = new Set([CLEANUP_STEP]);
    for (const name of names) {
      if (taken.has(name)) throw new Error(`run kind ${kind.name} has two steps named ${name}, or one of the engine's`);
      taken.add(name);
    }
  }
  const index = new Map(kinds.map((kind) => [kind.name, kind]));
  if (index.size !== kinds.length) throw new Error('two run kinds have the same name');
  return index;
}

/** Makes the engine of one server process. Several on one database share the work with no other coordination. */
export function createRunEngine(options: RunEngineOptions): RunEngine {
  const { database, logger, clock = systemClock, ownerName, concurrency } = options;
  const { db, pool } = database;
  const settings = { ...defaultRunSettings, ...options.settings };
  const kinds = indexKinds(options.kinds);
  const changeListeners = new Set<(change: RunChange) => void>();
  const breakers = createCircuitBreakers({ failures: settings.breakerFailures, openMs: settings.breakerOpenMs });
  const journal = createRunJournal(pool);
  const hub = createOutputHub({ database, pollEveryMs: settings.pollEveryMs, logger });
  const waiting = createWaitingRuns({
    db,
    tellKind: (trx, run, outcome) => finishUnworked(trx, run.kind, run, outcome),
  });
  const worker = createRunWorker({
    database,
    logger,
    clock,
    settings,
    journal,
    breakers,
    kinds,
    ownerName,
    concurrency,
    expireWaiting: () => waiting.expire(),
  });
  const listener = createNotificationListener({
    pool,
    logger,
    handlers: { [RUN_CHANNEL]: hear, [OUTPUT_CHANNEL]: (payload) => hub.outputStored(parseOutputPayload(payload)) },
    onConnected() {
      worker.wake('all');
      hub.lookAgain();
    },
  });

  function hear(payload: string): void {
    const message = parseRunMessage(payload);
    if (message?.type === 'cancel') worker.cancel(message.runId);
    else if (message?.type === 'handover') worker.wake('all');
    else if (message?.type === 'changed') hearChange(message);
  }

  function hearChange(message: RunMessage & { type: 'changed' }): void {
    const { dueInMs = 0, ...change } = message;
    if (change.state === 'queued' && dueInMs > 0) worker.wakeIn(dueInMs);
    else if (change.state === 'queued') worker.wake('queued', kinds.get(change.kind)?.lane);
    // A run that waits has left its place, and its subject, to others.
    else if (change.state !== 'running') worker.wake('queued');
    hub.runChanged(change.runId);
    for (const listener of changeListeners) listener(change);
  }

  /** Tells the kind of a run that ended while no worker had it. */
  async function finishUnworked(trx: Tx, kindName: string, run: NeverStarted, outcome: RunOutcome): Promise<void> {
    const kind = kinds.get(kindName);
    const input = kind?.input.safeParse(run.input);
    if (!kind || !input?.success) {
      logger.error(
        { runId: run.id, kind: kindName },
        'a run that ended without a worker cannot be read; its kind is not told',
      );
      return;
    }
    const { id, organizationId, subject } = run;
    await kind.onFinished?.(trx, { id, organizationId, subject, input: input.data }, outcome);
  }

  async function enqueue(trx: Tx, run: EnqueueRun): Promise<{ id: string; superseded: string[] }> {
    const kind = kinds.get(run.kind);
    if (!kind) throw new Error(`no run kind ${run.kind}`);
    if (run.subject.length > LONGEST_SUBJECT) throw new RangeError('the subject of a run is too long');
    const id = createId('run', clock.now().getTime());
    await insertRun(trx, {
      id,
      organizationId: run.organizationId,
      kind: run.kind,
      lane: kind.lane,
      subject: run.subject,
      input: kind.input.parse(run.input),
      askedBy: run.askedBy,
      timeoutMs: run.timeoutMs ?? kind.timeoutMs,
      maxAttempts: run.maxAttempts ?? null,
      runAt: run.runAt ?? null,
    });
    if (!kind.supersedesQueued) return { id, superseded: [] };
    const outcome: RunOutcome = {
      state: 'superseded',
      reason: 'A newer one took its place in the queue.',
      errorCode: null,
    };
    const which = kind.supersedesQueued === 'adjacent' ? 'adjacent' : 'all';
    const gone = await supersedeQueued(trx, { id, kind: run.kind, subject: run.subject, which }, outcome);
    for (const one of gone) await finishUnworked(trx, run.kind, one, outcome);
    return { id, superseded: gone.map((one) => one.id) };
  }

  async function cancel(organizationId: string | null, runId: string, askedBy: string | null): Promise<Run> {
    const outcome: RunOutcome = { state: 'canceled', reason: 'Canceled before it started.', errorCode: null };
    await db.transaction().execute(async (trx) => {
      const answer = await requestCancel(trx, { organizationId, runId, askedBy, outcome });
      if (answer.found === 'nothing') throw runErrors.RUN_NOT_FOUND();
      if (answer.found === 'ended') throw runErrors.RUN_ALREADY_ENDED();
      if (answer.found === 'queued') await finishUnworked(trx, answer.kind, answer.run, answer.outcome);
    });
    return getRun(db, organizationId, runId);
  }

  return {
    enqueue,
    cancel,
    decide: (trx, run) => waiting.decide(trx, run),
    endWaiting: (trx, run) => waiting.endWaiting(trx, run),
    async start() {
      if (concurrency > 0) worker.start();
      await listener.start();
    },
    async stop(deadlineMs) {
      await worker.stop(deadlineMs);
      await listener.stop();
    },
    getRun: (organizationId, runId) => getRun(db, organizationId, runId),
    listRuns: (organizationId, filter) => listRuns(db, organizationId, filter),
    listSteps: (run) => listSteps(db, run, kinds.get(run.kind)),
    async readOutput(organizationId, runId, query) {
      const run = await getRun(db, organizationId, runId);
      return { run, ...(await readOutput(pool, runId, query)) };
    },
    readOutline: async (organizationId, runId) => readOutline(pool, await getRun(db, organizationId, runId)),
    async readWholeOutput(organizationId, runId) {
      await getRun(db, organizationId, runId);
      return readWholeOutput(pool, runId);
    },
    async *followOutput(organizationId, runId, after, signal) {
      yield* hub.follow(await getRun(db, organizationId, runId), after, signal);
    },
    onRunChanged(listener) {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
    removeOldOutput: (endedBefore) => removeOldOutput(pool, endedBefore),
  };
}
