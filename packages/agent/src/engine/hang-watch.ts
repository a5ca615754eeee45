import { setTimeout as sleep } from 'node:timers/promises';

/** So long an answer may take before the engine is asked for a sign of life; twice as long each time after that. */
const QUIET_MS = 1000;
const LONGEST_QUIET_MS = 30_000;
/** For the sign of life, which costs an engine nothing. */
const SIGN_MS = 3000;
/** For the sign of life of one that gave none the last time: who asks it again is told soon. */
const LATE_SIGN_MS = 1000;

export interface HangWatch {
  /** Before anything is asked of an engine that hung the last time: it would do it later, when nobody waits for it. */
  beforeCall(): Promise<void>;
  /**
   * Does `work`, however long it takes, for as long as the engine gives signs of life.
   * @throws what `hangs` makes, and aborts the signal of `work`, when it gives none
   */
  during<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

/**
 * Tells an engine that hangs from one that works: a build, a pull or the stop of a container may take any time, so that no
 * limit of a call can. One that is frozen still takes connections, since the kernel does that for it.
 *
 * @param sign resolves once the engine has answered anything, and also when nobody listens: the call itself finds that
 */
export function createHangWatch(sign: (signal: AbortSignal) => Promise<void>, hangs: () => Error): HangWatch {
  let isHanging = false;
  let asked: Promise<boolean> | undefined;

  async function ask(limitMs: number): Promise<boolean> {
    const stop = new AbortController();
    // In two halves: of a process that stood still itself, the first one ends before it has read what had come.
    const late = sleep(limitMs / 2, false, { signal: stop.signal }).then(() =>
      sleep(limitMs / 2, false, { signal: stop.signal }),
    );
    const answered = sign(stop.signal).then(
      () => true,
      () => !stop.signal.aborted,
    );
    late.catch(() => undefined);
    const isAlive = await Promise.race([answered, late]);
    stop.abort();
    isHanging = !isAlive;
    return isAlive;
  }

  /** All calls that wait ask together. */
  async function isAlive(limitMs: number): Promise<boolean> {
    asked ??= ask(limitMs).finally(() => {
      asked = undefined;
    });
    return await asked;
  }

  async function watch(over: AbortSignal): Promise<void> {
    for (let quietMs = QUIET_MS; ; quietMs = Math.min(LONGEST_QUIET_MS, quietMs * 2)) {
      await sleep(quietMs, undefined, { signal: over, ref: false });
      if (!(await isAlive(SIGN_MS))) throw hangs();
    }
  }

  return {
    async beforeCall() {
      if (isHanging && !(await isAlive(LATE_SIGN_MS))) throw hangs();
    },
    async during(work, signal) {
      const over = new AbortController();
      const cut = new AbortController();
      const watching = watch(over.signal).catch((error: unknown) => {
        if (over.signal.aborted) return;
        cut.abort(error);
        throw error;
      });
      // The answer may be a stream, which goes on when the watch is over: only one that hangs is cut off.
      const working = work(signal === undefined ? cut.signal : AbortSignal.any([signal, cut.signal]));
      try {
        return await Promise.race([working, watching.then(() => working)]);
      } finally {
        over.abort();
      }
    },
  };
}
