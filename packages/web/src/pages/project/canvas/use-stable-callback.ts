import { useCallback, useLayoutEffect, useRef } from 'react';

/**
 * The same function each time, which does what the last one given does. React Flow hands its callbacks to every node: a new one would
 * have 200 nodes drawn anew.
 */
export function useStableCallback<Args extends readonly unknown[], Result>(
  callback: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useRef(callback);
  useLayoutEffect(() => {
    latest.current = callback;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
