import { useEffect, useRef } from 'react';
import type { LogSource } from './log-source.ts';

/** Lines beyond the view that are asked for too, so that a steady scroll meets them loaded. */
const AHEAD = 200;
/** Milliseconds: while the bar is dragged through a million lines, only where it rests is loaded. */
const DELAY = 60;

/** Asks the source for what is in view, at most every 60 ms, and for older lines near the first. */
export function useLogRequests(source: LogSource, view: { from: number; to: number }): void {
  const latest = useRef({ source, view });
  latest.current = { source, view };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { lineCount, hasOlder } = source;
  const { from, to } = view;
  useEffect(() => {
    if (to <= from && hasOlder !== true) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const { source, view } = latest.current;
      source.requestRange(Math.max(0, view.from - AHEAD), Math.min(source.lineCount, view.to + AHEAD));
      if (view.from < AHEAD && source.hasOlder === true) source.requestOlder?.();
    }, DELAY);
  }, [from, to, lineCount, hasOlder]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
