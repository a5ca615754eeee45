/** A command that runs to its end in a sandbox, wherever the executor runs it. */
export interface ExecutorCommand {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Commands with the same key share one unprivileged user; usually a service's id. */
  isolationKey: string;
  writable: readonly string[];
  readable: readonly string[];
  /** Unix sockets that it may speak to. */
  sockets?: readonly string[] | undefined;
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined; processes?: number | undefined };
  timeoutMs?: number | undefined;
  /** Name of a group with the same limits that is there while the command runs, for what a daemon of the host runs for it. */
  lendsGroup?: string | undefined;
}

/** A command that runs to its end in a container of its own, made of an image and removed when it is over. */
export interface ContainerCommand {
  /** The id of an image that is here, or `name@sha256:…`. */
  image: string;
  /** Whose network it is in: it reaches the instances of this environment by name, and none reaches it by one. */
  environmentId: string;
  /** Who may pull the image, and whose command it is. */
  serviceId: string;
  /** The run that it belongs to: once that is over, whatever is left of the command is removed. */
  runId: string;
  /** Null: what the image itself starts. */
  argv: readonly string[] | null;
  env: Readonly<Record<string, string>>;
  /** Nothing of it can be written but /tmp. */
  readOnly: boolean;
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined };
  timeoutMs?: number | undefined;
}

export interface ExecutorStatus {
  id: string;
  running: boolean;
  /** The run that it belongs to, where the executor was told. */
  runId?: string | undefined;
  /** Null while it runs. `code` is null unless it exited by itself. */
  exit: {
    reason: string;
    code: number | null;
    signal: string | null;
    detail: string;
    /** Of a command that lent a group: whether anything ran in it. */
    lentGroupUsed?: boolean | undefined;
    /** Lines of its output may be missing: the disk that takes them had no room while it ran. */
    diskWasFull?: boolean | undefined;
  } | null;
}

/**
 * Runs commands that outlive the server: a build goes on while the server restarts, and is found again by its id.
 * Every id is chosen by the caller; starting an id twice starts one command.
 */
export interface Executor<Command = ExecutorCommand> {
  start(id: string, command: Command, signal: AbortSignal): Promise<ExecutorStatus>;
  wait(id: string, signal: AbortSignal): Promise<ExecutorStatus>;
  /** Raw output from `offset` on, to the command's end. */
  follow(id: string, stream: 'stdout' | 'stderr', offset: number, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Asks the whole process tree to end, then makes it; returns when nothing of it is left. */
  stop(id: string, graceMs: number, signal: AbortSignal): Promise<ExecutorStatus>;
  /** Forgets the command and its output; unknown ids are fine. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  list(signal: AbortSignal): Promise<ExecutorStatus[]>;
}

/** Runs a command where what it belongs to runs: among the files of a folder, or in a container of an image. */
export interface ReleaseExecutor extends Executor<ExecutorCommand | ContainerCommand> {
  /** `kind`: only those that run in such a place, which can be told while what runs the others is away. */
  list(signal: AbortSignal, kind?: 'folder' | 'image'): Promise<ExecutorStatus[]>;
}
