import { setTimeout as sleep } from 'node:timers/promises';

type Send = (request: Request) => Promise<Response>;

const limited = 429;
/** Longer is for the caller to decide: a command that stands still for minutes looks like one that hangs. */
const longestWaitSeconds = 90;
const mostWaits = 3;

/** Seconds that an answer asks to wait, where it is one that says "too often" and names a time that can be waited for. */
function secondsToWait({ status, headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const isWorthIt = status === limited && Number.isInteger(seconds) && seconds >= 0 && seconds <= longestWaitSeconds;
  return isWorthIt ? seconds : undefined;
}

/**
 * Waits for as long as a server says to that has been asked too often, and asks again; `onWait` is told first. Only what reads: a
 * write that is done later than it was asked for may surprise, so its refusal is handed on.
 */
export function waitingForLimit(send: Send, onWait: (seconds: number) => void): Send {
  return async (request) => {
    if (request.method !== 'GET') return await send(request);
    for (let waits = 0; ; waits += 1) {
      const answer = await send(request.clone());
      const seconds = secondsToWait(answer);
      if (seconds === undefined || waits >= mostWaits) return answer;
      await answer.body?.cancel();
      onWait(seconds);
      await sleep(seconds * 1000, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
    }
  };
}
