import { cancelled, failed } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { adviceOf } from './advice.ts';
import { createRunDisplay } from './create-run-display.ts';
import { tailLines } from './follow-attended.ts';
import { followRun } from './follow-run.ts';
import type { Run } from './run-display.ts';

/** Shows a restart, stop, scaling, removal or check until it has ended; `hint`: what to do when it fails. @throws CliError when it did not succeed */
export async function finishRun(
  connection: Connection,
  runId: string,
  output: Output,
  hint = 'See `davit status` and `davit logs`.',
): Promise<Run> {
  const display = createRunDisplay(output);
  const detached = new AbortController();
  const detach = () => detached.abort();
  process.once('SIGINT', detach);
  try {
    const followed = await followRun(connection, runId, display, detached.signal);
    if (followed === undefined) throw cancelled('Detached: what was asked for goes on.', { details: { runId } });
    const { run, tail } = followed;
    if (run.state === 'succeeded') return run;
    const message = sanitizeLine(run.reason ?? `It ended as ${run.state}.`);
    const lines = tailLines(tail, display);
    if (run.state === 'canceled') throw cancelled(message, { lines });
    throw failed(message, {
      lines,
      hint: adviceOf(run.hint, hint),
      details: { code: run.errorCode, run },
    });
  } finally {
    process.off('SIGINT', detach);
    display.close();
  }
}
