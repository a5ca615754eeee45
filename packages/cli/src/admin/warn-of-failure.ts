import type { Schemas } from '@davit/api';
import { withAdvice } from '../deploy/advice.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

/** Of a run: how it ended. */
type RunEnd = Pick<Schemas['Run'], 'state' | 'reason' | 'hint'>;

/** Says that the platform's last run of a kind failed, why, and what to do about it. `what` begins the line: `the last backup`. */
export function warnOfFailure(output: Output, what: string, run: RunEnd | null): void {
  if (run?.state !== 'failed') return;
  const line = sanitizeLine(`${what} failed: ${run.reason ?? 'no reason was told'}`);
  output.warn(withAdvice([{ line, hint: run.hint }]).join('\n'));
}
