import { inspect } from 'node:util';
import { AppError, hintOf } from '../../kernel/app-error.ts';
import { plainText } from '../../kernel/plain-text.ts';
import { databaseErrors } from '../db/database-errors.ts';
import type { RunOutcome } from './run-kind.ts';
import type { SecretMask } from './secret-mask.ts';

/**
 * Whether the database did not do what it was asked for a reason that passes, so that asking again may help: no
 * connection (no SQLSTATE, or class 08), too many of them (53), one that an operator, a restart or a timeout has ended
 * (57, 25P03), a standby that takes no writes (25006), or a collision with another transaction (40).
 */
export function isDatabaseDown(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return false;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  const connecting = 'syscall' in thrown && thrown.syscall === 'connect';
  return (
    /^(08|40|53|57|25P03|25006)/.test(code) ||
    /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_)/.test(code) ||
    // No socket file; a file that a step did not find is another matter.
    (code === 'ENOENT' && connecting) ||
    /connection terminated|timeout exceeded when trying to connect|not queryable/i.test(thrown.message)
  );
}

/** What a step threw, as an AppError: a database that is down is known by its name, and is no fault of the step. */
export function stepFailure(thrown: unknown): AppError {
  return isDatabaseDown(thrown) ? databaseErrors.DATABASE_UNREACHABLE({ cause: thrown }) : AppError.from(thrown);
}

/** The outcome of a run that failed with this error. */
export function failedWith(error: AppError): RunOutcome {
  const { message: reason, code: errorCode, hint } = error;
  return { state: 'failed', reason, errorCode, ...(hint === hintOf(errorCode) ? {} : { hint }) };
}

/** The same where the error may quote an outside program. */
export function failedWithin(error: AppError, mask: SecretMask): RunOutcome {
  const outcome = failedWith(error);
  outcome.reason = reasonText(outcome.reason, mask);
  if (outcome.hint !== undefined) outcome.hint = reasonText(outcome.hint, mask);
  return outcome;
}

/** An error with its causes for the log, without the secrets of the run. */
export function describeForLog(error: unknown, mask: SecretMask): string {
  return mask.hide(inspect(error, { depth: 4 }));
}

/**
 * What is kept of a reason that may quote an outside program: plain text, without the secrets of the run. Hidden twice, since
 * taking an escape sequence out of a secret's middle would make it whole.
 */
export function reasonText(text: string, mask: SecretMask): string {
  return mask.hide(plainText(mask.hide(text).toWellFormed())).trim();
}
