/** A command that runs to its end in a sandbox, wherever the executor runs it. */
export interface ExecutorCommand {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Commands with the same key share one unprivileged user; usually a service's id. */
  isolationKey: string;
  writable: readonly string[];
  readable: readonly string[];
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined; processes?: number | undefined };
  timeoutMs?: number | undefined;
}

export interface ExecutorStatus {
  id: string;
  running: boolean;
  /** Null while it runs. `code` is null unless it exited by itself. */
  exit: { reason: string; code: number | null; signal: string | null; detail: string } | null;
}

/**
 * Runs commands that outlive the server: a build goes on while the server restarts, and is found again by its id.
 * Every id is chosen by the caller; starting an id twice starts one command.
 */
export interface Executor {
  start(id: string, command: ExecutorCommand, signal: AbortSignal): Promise<ExecutorStatus>;
  wait(id: string, signal: AbortSignal): Promise<ExecutorStatus>;
  /** Raw output from `offset` on, to the command's end. */
  follow(id: string, stream: 'stdout' | 'stderr', offset: number, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Asks the whole process tree to end, then makes it; returns when nothing of it is left. */
  stop(id: string, graceMs: number, signal: AbortSignal): Promise<ExecutorStatus>;
  /** Forgets the command and its output; unknown ids are fine. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  list(signal: AbortSignal): Promise<ExecutorStatus[]>;
}
