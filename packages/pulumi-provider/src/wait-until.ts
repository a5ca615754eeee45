import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 500;

/** Asks until there is an answer; the signal ends it. */
export async function waitUntil<T>(signal: AbortSignal, ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    // The reason of the signal says more than that it was aborted.
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
