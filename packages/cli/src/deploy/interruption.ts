import { ask, canAsk } from '../terminal/prompt.ts';
import type { RunDisplay } from './run-display.ts';

export interface InterruptionOptions {
  display: Pick<RunDisplay, 'pause' | 'resume'>;
  /** What is followed: `deployment`. */
  what: string;
  /** Asks the server to cancel. */
  cancel: () => Promise<void>;
  /** What is told when that was asked for. */
  cancelling: string;
  /** Ends the following. */
  detach: () => void;
  /** Tells something to the person. */
  say: (text: string) => void;
}

/**
 * What Ctrl-C does while a run is followed: on a terminal it asks whether to cancel or to detach, and a second one detaches;
 * elsewhere it detaches, as the end of the terminal does. What was started goes on unless somebody says otherwise.
 *
 * @returns puts things back as they were; a question that is open then has nothing to be about any more, and is taken back
 */
export function watchInterruptions(options: InterruptionOptions): () => void {
  const { display, what, cancel, cancelling, detach, say } = options;
  const over = new AbortController();
  const { signal } = over;
  let isAsking = false;

  async function question(): Promise<void> {
    isAsking = true;
    display.pause();
    const answer = await ask(`Cancel the ${what} [c], detach from it [d], or go on [enter]? `, { signal });
    isAsking = false;
    if (signal.aborted) return;
    const letter = answer?.trim().charAt(0).toLowerCase();
    if (answer === undefined || letter === 'd') {
      detach();
      return;
    }
    try {
      if (letter === 'c') {
        say(cancelling);
        await cancel();
      }
    } finally {
      if (!signal.aborted) display.resume();
    }
  }

  const onInterrupt = () => {
    if (isAsking || !canAsk()) detach();
    else question().catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  };
  const signals = ['SIGTERM', 'SIGHUP'] as const;
  process.on('SIGINT', onInterrupt);
  for (const each of signals) process.on(each, detach);
  return () => {
    over.abort();
    process.off('SIGINT', onInterrupt);
    for (const each of signals) process.off(each, detach);
  };
}
