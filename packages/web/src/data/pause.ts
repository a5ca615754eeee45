/** Waits. Ends early when `signal` is aborted or the listener given to `subscribe` is called; never rejects. */
export function pause(
  milliseconds: number,
  signal: AbortSignal,
  subscribe?: (listener: () => void) => () => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const unsubscribe = subscribe?.(resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise.finally(() => {
    clearTimeout(timer);
    unsubscribe?.();
  });
}
