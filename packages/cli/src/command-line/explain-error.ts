import { ApiError, UnreachableError } from '@davit/api';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { CliError, type ExitCode, exitCodes } from './cli-error.ts';

/** What is told of an error, to people and to programs. */
export interface ErrorReport {
  exitCode: ExitCode;
  message: string;
  hint: string | undefined;
  /** Between the message and the hint. */
  lines: readonly string[];
  details: Readonly<Record<string, unknown>>;
}

/** The report of anything that was thrown. */
export function explainError(thrown: unknown): ErrorReport {
  if (thrown instanceof CliError) {
    const { exitCode, message, hint, lines, details } = thrown;
    return { exitCode, message, hint, lines, details };
  }
  if (thrown instanceof ApiError) return explainProblem(thrown);
  if (thrown instanceof UnreachableError) return explainUnreachable(thrown);
  if (isPlanError(thrown)) {
    return {
      exitCode: exitCodes.failed,
      message: thrown.message,
      hint: thrown.hint,
      lines: [],
      details: { code: thrown.code },
    };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (isSystemError(error)) {
    return {
      exitCode: exitCodes.failed,
      message: explainSystemError(error),
      hint: undefined,
      lines: [],
      details: { code: error.code },
    };
  }
  return {
    exitCode: exitCodes.failed,
    message: `The command failed in a way that it should not: ${error.message}`,
    hint: 'This is a fault of davit: please report it with the lines above.',
    lines: (error.stack ?? '').split('\n').slice(1, 8),
    details: {},
  };
}

function explainProblem({ problem }: ApiError): ErrorReport {
  const { code, requestId, errors, status } = problem;
  return {
    exitCode: exitCodeOf(status),
    message: sanitizeLine(problem.detail),
    hint: limitHint(problem) ?? (problem.hint === '' ? undefined : sanitizeLine(problem.hint)),
    lines: errors.map(({ pointer, detail }) => `  ${sanitizeLine(pointer)}: ${sanitizeLine(detail)}`),
    details: { code, status, errors, ...(requestId === '' ? {} : { requestId }) },
  };
}

/** The server's own hint names a header, which nobody sees here. */
function limitHint({ code, details }: ApiError['problem']): string | undefined {
  const seconds = details?.['retryAfterSeconds'];
  if (code !== 'RATE_LIMITED' || typeof seconds !== 'number') return undefined;
  return `Give the command again in ${seconds} s. An operator sets the limit: RATE_LIMIT_REQUESTS.`;
}

function exitCodeOf(status: number): ExitCode {
  if (status === 400 || status === 413 || status === 415 || status === 422) return exitCodes.wrongUsage;
  if (status === 401 || status === 403) return exitCodes.notAuthorised;
  if (status === 404) return exitCodes.notFound;
  return status === 499 ? exitCodes.cancelled : exitCodes.failed;
}

function explainUnreachable(error: UnreachableError): ErrorReport {
  return {
    exitCode: exitCodes.failed,
    message: error.message,
    hint: 'See `davit status`; when davit is to run on this machine, start it with `davit up` or `davit serve`.',
    lines: [],
    details: { url: error.baseUrl, ...(error.code === undefined ? {} : { code: error.code }) },
  };
}

/** By its form: loading the plan only to know its errors would cost every command 20 ms. */
function isPlanError(thrown: unknown): thrown is Error & { hint: string; code: string } {
  return thrown instanceof Error && thrown.name === 'PlanError' && 'hint' in thrown;
}

function isSystemError(error: Error): error is NodeJS.ErrnoException & { code: string } {
  return 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const systemMessages: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EPERM: 'Not permitted',
  ENOENT: 'No such file or folder',
  ENOTDIR: 'Not a folder',
  EISDIR: 'It is a folder',
  ENOSPC: 'The disk is full',
  EROFS: 'The file system is read-only',
};

function explainSystemError({ code, path, message }: NodeJS.ErrnoException & { code: string }): string {
  const meaning = systemMessages[code];
  return meaning === undefined ? message : `${meaning}${path === undefined ? '' : `: ${path}`}.`;
}
