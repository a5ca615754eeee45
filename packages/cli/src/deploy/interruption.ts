import { ask, canAsk } from '../terminal/prompt.ts';
import type { RunDisplay } from './run-display.ts';

export interface InterruptionOptions {
  display: RunDisplay;
  /** Asks the server to cancel. */
  cancel: () => Promise<void>;
  /** Ends the following. */
  detach: () => void;
  /** Tells something to the person. */
  say: (text: string) => void;
}

/**
 * What Ctrl-C does while a run is followed: on a terminal it asks whether to cancel or to detach, and a second one detaches;
 * elsewhere it detaches, as the end of the terminal does. What was started goes on unless somebody says otherwise.
 *
 * @returns puts things back as they were
 */
export function watchInterruptions({ display, cancel, detach, say }: InterruptionOptions): () => void {
  let isAsking = false;

  async function question(): Promise<void> {
    isAsking = true;
    display.pause();
    const answer = await ask('Cancel the deployment [c], detach from it [d], or go on [enter]? ');
    isAsking = false;
    const letter = answer?.trim().charAt(0).toLowerCase();
    if (answer === undefined || letter === 'd') {
      detach();
      return;
    }
    if (letter === 'c') {
      say('Cancelling …');
      await cancel();
    }
    display.resume();
  }

  const onInterrupt = () => {
    if (isAsking || !canAsk()) detach();
    else question().catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  };
  const signals = ['SIGTERM', 'SIGHUP'] as const;
  process.on('SIGINT', onInterrupt);
  for (const signal of signals) process.on(signal, detach);
  return () => {
    process.off('SIGINT', onInterrupt);
    for (const signal of signals) process.off(signal, detach);
  };
}
