import type { z } from 'zod';
import type { Logger } from '../../kernel/logger.ts';
import type { Tx } from '../db/database.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** States a run ends in. */
export type RunOutcomeState = 'succeeded' | 'failed' | 'canceled' | 'superseded';

export interface RunOutcome {
  state: RunOutcomeState;
  /** One sentence a person can act on. */
  reason: string;
  /** From the closed list, for `failed`. */
  errorCode: string | null;
  /** What to do about it, where this very case has words of its own; the closed list has those of its code. */
  hint?: string;
}

/** Where a step writes what people read. Lines are masked, batched and given their sequence number by the engine. */
export interface RunOutput {
  /**
   * Whole lines, one or several; without an end of line the text is one line. False when much waits to be stored: then
   * wait for `flush` before writing on, else lines are dropped (and counted). Does nothing once the step is over.
   */
  write(stream: 'stdout' | 'stderr' | 'system' | 'event', text: string): boolean;
  /** Resolves when all that was written is stored; rejects with a RunInterruption when the lease is lost. */
  flush(): Promise<void>;
}

/** What a step is given. All of it is dead once the lease is lost or the step is over: writes then change nothing. */
export interface RunContext<Input> {
  readonly runId: string;
  readonly organizationId: string | null;
  readonly subject: string;
  readonly input: Input;
  /** 1 for the first try of this step; more after a crash or a retry. */
  readonly attempt: number;
  /** Aborted by cancel, timeout, a lost lease and the server's shutdown; `reason` is then a RunInterruption. */
  readonly signal: AbortSignal;
  /** Results of the steps before, by step name, also when they ran in a process that is gone. */
  readonly results: Readonly<Record<string, JsonValue>>;
  readonly output: RunOutput;
  readonly logger: Logger;
  /**
   * From now on these strings (also base64- and URL-encoded) are hidden in this run's output and reason. Known to this
   * worker only: after a crash another goes on in the middle, so each step names the secrets it may print.
   */
  mask(secrets: readonly string[]): void;
  /**
   * Commits only while this worker holds the lease: the fence around every side effect in the database. Keep it short:
   * it holds up the renewal of the lease. Rejects with a RunInterruption when the lease is lost.
   */
  transaction<T>(work: (trx: Tx) => Promise<T>): Promise<T>;
  /**
   * For a side effect outside the database, right before it: a worker that stood still past its lease, and now goes on in the
   * middle of a step, must not undo what its successor did. Rejects with a RunInterruption when the lease is lost.
   */
  assertLease(): Promise<void>;
}

/** Why a run's signal was aborted. `handover`: the server stops and another goes on; a step must leave its work running. */
export class RunInterruption extends Error {
  override readonly name = 'RunInterruption';
  readonly interruption: 'canceled' | 'timeout' | 'lease-lost' | 'handover';

  constructor(cause: RunInterruption['interruption']) {
    super(`run interrupted: ${cause}`);
    this.interruption = cause;
  }
}

/**
 * What a step returns that wants somebody's decision before the run goes on. The run leaves its worker: it takes nobody's
 * place and holds up no other run of its subject. The decision becomes the result of the step, and the run goes on at the next;
 * the time until then does not count against its timeout. What ends it before, be it a cancel, the limit or a newer run, ends
 * it at once and without `cleanup`: a step leaves nothing outside of the database when it asks to wait.
 */
export class RunWait {
  readonly limitMs: number;
  /** How the run ends when nobody has decided by then. */
  readonly expired: RunOutcome;
  /** In the transaction in which the run begins to wait; what it returns is how the run ends instead. */
  readonly begin: (trx: Tx) => Promise<RunOutcome | undefined>;

  constructor(wait: { limitMs: number; expired: RunOutcome; begin?: RunWait['begin'] }) {
    this.limitMs = wait.limitMs;
    this.expired = wait.expired;
    this.begin = wait.begin ?? (async () => undefined);
  }
}

export interface RunStep<Input> {
  name: string;
  /** Must be safe to repeat from the start: a crash may come between any two lines of it. */
  run(context: RunContext<Input>): Promise<JsonValue | undefined | RunWait>;
  /** Tries in all for errors marked transient, with exponential back-off and jitter. Default 1. */
  maxAttempts?: number;
  /**
   * It waits for an application to answer, drain or end, for as long as its owner likes: after a while the run takes nobody's
   * place until the step is over.
   */
  waitsForApplication?: true;
  /** Name of the outside system, for the circuit breaker that its failures share. */
  system?: string;
  /** As `system`, where each run has an outside system of its own, or none. */
  systemOf?(run: Pick<RunContext<Input>, 'organizationId' | 'input'>): Promise<string | undefined>;
}

/**
 * Which places of a server a run takes. Each lane has places of its own, so that its runs wait for their like only.
 *
 * - `quick`: seconds, or minutes when an application is slow to answer or to end. What people do when something is wrong.
 * - `long`: minutes to hours of work, such as a build.
 * - `lasting`: a command of a user's, which takes as long as it likes, up to a day.
 * - `dependent`: waits for other runs, which it asks for itself: in their lane, runs that wait for each other would fill it.
 */
export type RunLane = 'quick' | 'long' | 'lasting' | 'dependent';

/** A kind of run, declared by the feature that owns it. */
export interface RunKind<Input> {
  /** `deployment.create` */
  name: string;
  lane: RunLane;
  /** What it makes of an input it must make of its own result too: the input is read again by the worker. */
  input: z.ZodType<Input>;
  timeoutMs: number;
  /** What to do when it took longer than that, where there is more to say than of any run. */
  timeoutHint?: string;
  steps: readonly RunStep<Input>[];
  /**
   * A new run takes the place of the queued ones of the same kind and subject. `adjacent`: only of those that no run of another
   * kind stands behind, so that the order in which things were asked for is the order in which they are done.
   */
  supersedesQueued: boolean | 'adjacent';
  /** Undoes what a run left half-made, after failure or cancel and before the terminal state is written. Repeatable. */
  cleanup?(context: RunContext<Input>, outcome: RunOutcome): Promise<void>;
  /** In the same transaction as the terminal state, also for runs that never started: keeps the business rows true. */
  onFinished?(
    trx: Tx,
    run: { id: string; organizationId: string | null; subject: string; input: Input },
    outcome: RunOutcome,
  ): Promise<void>;
}

/** Keeps the input's type from the schema to the steps. */
export function defineRunKind<Input>(kind: RunKind<Input>): RunKind<Input> {
  return kind;
}
