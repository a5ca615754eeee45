/**
 * What can be done with a stack. `drift`: looks what is not as the state says. `import`: takes what is there already into the
 * state. Neither changes what is there. `restore`: puts another state in place of the stack's own.
 */
export type StackOperation = 'deploy' | 'preview' | 'refresh' | 'destroy' | 'drift' | 'import' | 'restore';

/** Where a stack is in the engine's names. */
export interface StackAddress {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/** One operation on one stack. */
export interface StackJob {
  /** Of the run; letters, digits, "_" and "-". */
  readonly id: string;
  /** Of the stack; jobs with the same key share nothing but their plugins. */
  readonly stackKey: string;
  readonly address: StackAddress;
  readonly operation: StackOperation;
  /** Absolute; holds module.ts or module.js, or Pulumi.yaml. Null for a restore, which runs no program. */
  readonly moduleFolder: string | null;
  /** What the module reads: its folder, or one above it, and installed dependencies elsewhere. */
  readonly readable: readonly string[];
  /** What the module's dependencies ask for. Its PATH leads to programs that they brought. */
  readonly environment: Readonly<Record<string, string>>;
  /** YAML; the module finds it in STACK_INPUT_YAML. May hold secrets. */
  readonly input: string;
  /** The provider's own variables, and none else of this machine. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables whose value is the path of a file with this content. */
  readonly files: Readonly<Record<string, { name: string; content: string }>>;
  /** Encrypts the secrets in the stack's state. */
  readonly passphrase: string;
  /** Drops creations that a crash cut short from the state, instead of asking about them. */
  readonly clearPending: boolean;
  /** Of a deployment: what a preview gave as its plan. What goes beyond it fails before it is done. Null: whatever comes. */
  readonly plan: string | null;
  /** Of an import: the provider's id by the name that the program gives a resource; "" for the only one that there is. */
  readonly importIds: Readonly<Record<string, string>>;
  /** Of a restore: what `exportState` made, or somebody else's text that `checkState` found good. */
  readonly restoredState: string | null;
  /** From 1. A later one goes on with what the one before left, and is started once that has ended. */
  readonly attempt: number;
}

export type ResourceState = 'started' | 'succeeded' | 'failed';

/** What an engine tells while it works. All of it is masked and stored by the caller. */
export type StackEvent =
  | {
      readonly type: 'resource';
      at: string;
      urn: string;
      /** URN of what it belongs to; null for the stack. */
      parent: string | null;
      resourceType: string;
      operation: string;
      state: ResourceState;
      durationMs: number | null;
    }
  | {
      readonly type: 'diagnostic';
      at: string;
      urn: string | null;
      severity: 'info' | 'warning' | 'error';
      message: string;
    }
  | {
      /** A plugin that is fetched or unpacked. */
      readonly type: 'download';
      at: string;
      id: string;
      message: string;
      received: number;
      total: number;
      done: boolean;
    }
  | { readonly type: 'summary'; at: string; changes: Readonly<Record<string, number>>; durationMs: number };

/** One line of a job's output, in the order in which it was written. */
export type StackOutput =
  | { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly stream: 'event'; readonly event: StackEvent };

/** A resource that is not as the state says. Names only: values may be secret. */
export interface StackDifference {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `update` or `delete`: what a refresh would do to the state. */
  readonly operation: string;
  /** Which of its properties, as far as the engine tells. */
  readonly properties: readonly string[];
}

export interface StackOutputValue {
  readonly value: unknown;
  readonly secret: boolean;
}

/** How a job ended. */
export interface StackEnd {
  readonly succeeded: boolean;
  /** Of a failure, in a sentence or two. */
  readonly message: string | null;
  readonly exitCode: number | null;
  /** How many resources by operation, as far as the engine told. */
  readonly changes: Readonly<Record<string, number>>;
  /** Of the stack as it is now; null where the operation tells none. */
  readonly outputs: Readonly<Record<string, StackOutputValue>> | null;
  /** Whether it failed since it would have gone beyond its plan. */
  readonly brokePlan: boolean;
  /** Of a preview: what a deployment can be held to. A text of the engine's, with secrets encrypted under the passphrase. */
  readonly plan: string | null;
  /** Of a drift check. */
  readonly differences: readonly StackDifference[];
  /** How many pieces of output this attempt had in all, also those that were skipped. */
  readonly pieces: number;
  /** It failed for reasons that pass, and for none that do not. */
  readonly transient: boolean;
}

/** Takes a job's lines. Resolves when the next may come: lines are never dropped for speed. */
export interface StackSink {
  write(output: StackOutput): Promise<void>;
}

/**
 * Runs infrastructure programs, each as a process of its own that outlives the server. The state of a stack is a text that the
 * engine reads and writes and nobody else looks into.
 */
export interface IacEngine {
  /** Version of the engine. @throws AppError IAC_ENGINE_MISSING, IAC_ENGINE_TOO_OLD, each with what to install */
  describe(signal: AbortSignal): Promise<{ name: string; version: string }>;
  /**
   * Makes a fresh folder for the job, with the state in it that `stateOf` gives. A job that is prepared already stays as it is.
   * Whatever another job of the stack left is ended before; `onLeft` is told of each, with the last state of it.
   */
  prepare(
    job: Pick<StackJob, 'id' | 'stackKey' | 'address'>,
    stateOf: () => Promise<string | null>,
    onLeft: (jobId: string, state: string | null) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Starts this attempt of the job, or finds it, hands over its output after its first `skip` lines, and waits for its end. */
  run(job: StackJob, sink: StackSink, skip: number, signal: AbortSignal): Promise<StackEnd>;
  /** Whether this attempt was begun, whatever became of it. */
  isBegun(job: Pick<StackJob, 'id' | 'attempt'>, signal: AbortSignal): Promise<boolean>;
  /** The state as the job wrote it last; null before it wrote any. */
  readState(job: Pick<StackJob, 'id' | 'stackKey' | 'address'>): Promise<string | null>;
  /**
   * Interrupts the job, lets what is in flight end for `graceMs`, then terminates and kills it. Hands over what it still says,
   * after the first `skip` lines of all its attempts.
   */
  cancel(
    job: Pick<StackJob, 'id' | 'stackKey'>,
    graceMs: number,
    sink: StackSink,
    skip: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** A state as people and other programs of the engine know it; its secrets stay encrypted. @throws AppError IAC_STATE_UNREADABLE */
  exportState(state: string): string;
  /**
   * Says why a text is no state that this stack could have: before it is kept, and without running anything.
   *
   * @throws AppError IAC_STATE_REFUSED
   */
  checkState(text: string, stack: Pick<StackJob, 'address' | 'passphrase'>): Promise<void>;
  /** Forgets the job with all that it left on disk. */
  forget(job: Pick<StackJob, 'id' | 'stackKey'>, signal: AbortSignal): Promise<void>;
  /** Forgets what is kept of a stack from job to job. */
  forgetStack(stackKey: string, signal: AbortSignal): Promise<void>;
}
