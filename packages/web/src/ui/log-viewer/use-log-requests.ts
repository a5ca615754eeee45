import { useCallback, useEffect, useRef } from 'react';
import type { LogSource } from './log-source.ts';

/** Lines beyond the view that are asked for too, so that a steady scroll meets them loaded. */
const AHEAD = 200;
/** Milliseconds: while the bar is dragged through a million lines, only where it rests is loaded. */
const DELAY = 60;

/** Gives a function that asks the source for what is in view, at most every 60 ms, and for older lines near the first. Always the same function. */
export function useLogRequests(source: LogSource): (view: { from: number; to: number }) => void {
  const latest = useRef({ source, from: 0, to: 0 });
  latest.current.source = source;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(({ from, to }) => {
    Object.assign(latest.current, { from, to });
    if (to <= from && latest.current.source.hasOlder !== true) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const { source, from, to } = latest.current;
      source.requestRange(Math.max(0, from - AHEAD), Math.min(source.lineCount, to + AHEAD));
      if (from < AHEAD && source.hasOlder === true) source.requestOlder?.();
    }, DELAY);
  }, []);
}
