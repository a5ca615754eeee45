import { cancelled } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { createRunDisplay } from './create-run-display.ts';
import { tailLines } from './follow-attended.ts';
import { followRun } from './follow-run.ts';
import type { Run } from './run-display.ts';
import { runFailure } from './run-failure.ts';

/** Shows a restart, stop, scaling, removal or check until it has ended; `commands`: which help when it fails. @throws CliError when it did not succeed */
export async function finishRun(
  connection: Connection,
  runId: string,
  output: Output,
  commands = 'See `davit status` and `davit logs`.',
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
    throw runFailure(run, { commands, lines: tailLines(tail, display) });
  } finally {
    process.off('SIGINT', detach);
    display.close();
  }
}
