import { readEvents } from '@davit/api';
import type { Connection } from '../session/connection.ts';
import type { OutputLine, Run, RunDisplay } from './run-display.ts';

/** A run that has ended, and the last lines of its last step that had any. */
export interface FollowedRun {
  run: Run;
  tail: readonly OutputLine[];
}

const keptLines = 20;

/** Shows a run until it ends. @returns undefined when `signal` was aborted before that */
export async function followRun(
  { locate, token }: Connection,
  runId: string,
  display: RunDisplay,
  signal: AbortSignal,
): Promise<FollowedRun | undefined> {
  let tail: OutputLine[] = [];
  const events = readEvents({
    baseUrl: locate,
    path: `/v1/runs/${encodeURIComponent(runId)}/stream`,
    token,
    signal,
    onConnection: (state) => display.connection(state),
  });
  for await (const { event, data } of events) {
    if (event === 'output') {
      const lines = JSON.parse(data) as OutputLine[];
      display.output(lines);
      const step = lines.at(-1)?.step;
      tail = [...tail, ...lines].filter((line) => line.step === step).slice(-keptLines);
    } else if (event === 'state' || event === 'end') {
      const run = JSON.parse(data) as Run;
      display.update(run);
      if (event === 'end') return { run, tail };
    }
  }
  return undefined;
}
