/** Milliseconds to wait before try `failures + 1`: doubled each time, between half and all of it by chance. */
export function backOffMs(failures: number, options: { baseMs: number; maxMs: number; random?: () => number }): number {
  const { baseMs, maxMs, random = Math.random } = options;
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return full / 2 + random() * (full / 2);
}

/** Waits; ends early, without an error, when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** How a piece of work came to its end. `stuck`: it went on for `graceMs` after it was told to stop. */
export type Settled<T> = { how: 'returned'; value: T } | { how: 'threw'; error: unknown } | { how: 'stuck' };

/** Waits for work to end; once the signal is aborted, not longer than `graceMs`. */
export async function settle<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<Settled<T>> {
  const stuck = Promise.withResolvers<Settled<T>>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => stuck.resolve({ how: 'stuck' }), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const ended = work.then(
    (value): Settled<T> => ({ how: 'returned', value }),
    (error: unknown): Settled<T> => ({ how: 'threw', error }),
  );
  try {
    return await Promise.race([ended, stuck.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
