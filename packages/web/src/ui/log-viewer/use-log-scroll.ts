import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createLogScroller, type LogFollowing, type LogScroller, type LogScrollerOptions } from './log-scroller.ts';

export interface LogScrollOptions extends Pick<LogScrollerOptions, 'live' | 'draw' | 'onRest'> {
  readonly lineCount: number;
  readonly firstNumber: number;
  readonly wrap: boolean;
}

export interface LogScroll extends Pick<LogScroller, 'follow' | 'reveal' | 'refresh' | 'firstVisible'> {
  viewport: RefObject<HTMLDivElement | null>;
  following: boolean;
  /** Lines that came since the end was let go. */
  unseen: number;
}

/** The scrolling of a log as long as it is on the page: see createLogScroller(). React has no part in a scroll. `draw` and `onRest` are always the same functions. */
export function useLogScroll({ lineCount, firstNumber, wrap, live, draw, onRest }: LogScrollOptions): LogScroll {
  const viewport = useRef<HTMLDivElement>(null);
  const scroller = useRef<LogScroller>(undefined);
  const [isLive] = useState(live);
  const [{ following, seenEnd }, setFollowing] = useState<LogFollowing>({ following: live, seenEnd: 0 });

  // Before what follows, which is done again then: a scroller that is made anew knows nothing yet.
  useLayoutEffect(() => {
    const box = viewport.current;
    if (box === null) return undefined;
    const made = createLogScroller({ box, live: isLive, draw, onRest, onFollowing: setFollowing });
    scroller.current = made;
    box.addEventListener('scroll', made.scrolled, { passive: true });
    return () => {
      box.removeEventListener('scroll', made.scrolled);
      made.stop();
    };
  }, [isLive, draw, onRest]);
  useLayoutEffect(() => scroller.current?.setLines(lineCount, firstNumber), [lineCount, firstNumber]);
  useLayoutEffect(() => scroller.current?.setWrap(wrap), [wrap]);
  useEffect(() => {
    if (viewport.current === null) return undefined;
    const observer = new ResizeObserver(() => scroller.current?.resized());
    observer.observe(viewport.current);
    return () => observer.disconnect();
  }, []);

  const reveal = useCallback<LogScroller['reveal']>((index, always) => scroller.current?.reveal(index, always), []);
  const follow = useCallback<LogScroller['follow']>((on) => scroller.current?.follow(on), []);
  const refresh = useCallback(() => scroller.current?.refresh(), []);
  const firstVisible = useCallback(() => scroller.current?.firstVisible() ?? 0, []);
  const unseen = following ? 0 : Math.max(0, firstNumber + lineCount - seenEnd);
  return { viewport, following, unseen, reveal, follow, refresh, firstVisible };
}
