import type { Schemas } from '@davit/api';
import { type CliError, cancelled, failed } from '../command-line/cli-error.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { adviceOf } from './advice.ts';

export interface RunFailureOptions {
  /** In place of the run's own; null: it has been done already. */
  hint?: string | null;
  /** Which commands help. */
  commands?: string | undefined;
  /** More lines for a person, such as the last output. */
  lines?: readonly string[];
}

/** How a command ends whose run has ended without success: with its reason, and what to do about it. */
export function runFailure(run: Schemas['Run'], options: RunFailureOptions = {}): CliError {
  const { state, reason, errorCode: code } = run;
  const { hint = run.hint, commands, lines = [] } = options;
  const message = sanitizeLine(reason ?? `It ended as ${state}.`);
  const details = { code, run };
  if (state === 'canceled') return cancelled(message, { lines, details });
  return failed(message, { lines, hint: adviceOf(hint, commands), details });
}
