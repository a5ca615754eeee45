/** What can be done with a stack. */
export const stackOperations = ['deploy', 'preview', 'refresh', 'destroy'] as const;
export type StackOperation = (typeof stackOperations)[number];

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
  /** Absolute; holds module.ts or module.js. */
  readonly moduleFolder: string;
  /** What the module reads beside its folder, such as installed dependencies. */
  readonly readable: readonly string[];
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
}

export type ResourceState = 'started' | 'succeeded' | 'failed';

/** What an engine tells while it works. All of it is masked and stored by the caller. */
export type StackEvent =
  | {
      readonly type: 'resource';
      at: string;
      urn: string;
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
  | { readonly type: 'summary'; at: string; changes: Readonly<Record<string, number>>; durationMs: number };

/** One line of a job's output, in the order in which it was written. */
export type StackOutput =
  | { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly stream: 'event'; readonly event: StackEvent };

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
  /** Starts the job, or finds it, hands over its output after the first `skip` lines, and waits for its end. */
  run(job: StackJob, sink: StackSink, skip: number, signal: AbortSignal): Promise<StackEnd>;
  /** The state as the job wrote it last; null before it wrote any. */
  readState(job: Pick<StackJob, 'id' | 'stackKey' | 'address'>): Promise<string | null>;
  /** Interrupts the job, lets what is in flight end for `graceMs`, then terminates and kills it. Hands over what it still says. */
  cancel(
    job: Pick<StackJob, 'id' | 'stackKey'>,
    graceMs: number,
    sink: StackSink,
    skip: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** Forgets the job with all that it left on disk. */
  forget(job: Pick<StackJob, 'id' | 'stackKey'>, signal: AbortSignal): Promise<void>;
  /** Forgets what is kept of a stack from job to job. */
  forgetStack(stackKey: string, signal: AbortSignal): Promise<void>;
}
