import type { Connection } from '../session/connection.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { type FollowedRun, followRun } from './follow-run.ts';
import { watchInterruptions } from './interruption.ts';
import type { OutputLine, RunDisplay } from './run-display.ts';

/** A run that somebody waits for. */
export interface AttendedRun {
  runId: string;
  /** Closed when the run has ended, or is left. */
  display: RunDisplay;
  /** What it is to whoever waits: `deployment`. */
  what: string;
  /** What is told when it is asked to cancel. */
  cancelling: string;
  cancel: () => Promise<void>;
}

/** Shows a run until it ends; Ctrl-C asks whether to cancel it or to detach. @returns undefined when somebody detached from it */
export async function followAttended(
  connection: Connection,
  { runId, display, ...interruption }: AttendedRun,
): Promise<FollowedRun | undefined> {
  const detached = new AbortController();
  const restore = watchInterruptions({
    ...interruption,
    display,
    say: (text) => process.stderr.write(`${text}\n`),
    detach: () => detached.abort(),
  });
  try {
    return await followRun(connection, runId, display, detached.signal);
  } finally {
    restore();
    display.close();
  }
}

/** The last lines of a run under its failure, where they have not been shown already. */
export function tailLines(tail: readonly OutputLine[], { showsOutput }: Pick<RunDisplay, 'showsOutput'>): string[] {
  return showsOutput ? [] : tail.map(({ content }) => `  ${sanitizeLine(content)}`);
}
