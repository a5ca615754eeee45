/** What the shell is told: part of the contract. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  notAuthorised: 3,
  notFound: 4,
  cancelled: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface CliErrorOptions {
  /** What to do about it. */
  hint?: string | undefined;
  /** More lines for a person, such as the last output of a step. */
  lines?: readonly string[];
  /** What `--json` shows on top of message and hint. */
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** The end of a command that did not do what it was asked for: one sentence, and the exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly lines: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(exitCode: ExitCode, message: string, options: CliErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.exitCode = exitCode;
    this.hint = options.hint;
    this.lines = options.lines ?? [];
    this.details = options.details ?? {};
  }
}

export const failed = (message: string, options?: CliErrorOptions): CliError =>
  new CliError(exitCodes.failed, message, options);
export const wrongUsage = (message: string, options?: CliErrorOptions): CliError =>
  new CliError(exitCodes.wrongUsage, message, options);
export const notAuthorised = (message: string, options?: CliErrorOptions): CliError =>
  new CliError(exitCodes.notAuthorised, message, options);
export const notFound = (message: string, options?: CliErrorOptions): CliError =>
  new CliError(exitCodes.notFound, message, options);
export const cancelled = (message: string, options?: CliErrorOptions): CliError =>
  new CliError(exitCodes.cancelled, message, options);
