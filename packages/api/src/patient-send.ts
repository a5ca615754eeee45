import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError } from './api-error.ts';

type Send = (request: Request) => Promise<Response>;

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** What something in front of davit answers while davit is away. */
const isAway = ({ status }: Response): boolean => status === 502 || status === 503;

/**
 * Sends a request again and again while nobody answers, at most for `patienceMs`. What changes something gets an
 * Idempotency-Key, if it has none, so that davit does it once however often it arrives.
 */
export function patiently(send: Send, patienceMs: number): Send {
  return async (request) => {
    if (request.method !== 'GET' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', randomUUID());
    }
    const giveUpAt = Date.now() + patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const isLast = Date.now() >= giveUpAt;
      const answer = await send(request.clone()).catch((error: unknown) => {
        if (isLast || !(error instanceof UnreachableError)) throw error;
        return undefined;
      });
      if (answer !== undefined && (isLast || !isAway(answer))) return answer;
      await answer?.body?.cancel();
      await sleep(pauseMs, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
    }
  };
}
