import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { isAtEnd, positionAfter, positionAt, rowWindow, type ScrollPosition, scrollHeight } from './log-window.ts';
import { createRowHeights, type RowHeights } from './row-heights.ts';

/** The height of a line that is not wrapped, in pixels: the line height of the rows' style. */
const LINE_HEIGHT = 18;

interface View {
  from: number;
  to: number;
  /** Where the first drawn row is in the scrolled element, in pixels. */
  top: number;
  height: number;
}

export interface LogScroll {
  viewport: RefObject<HTMLDivElement | null>;
  rows: RowHeights;
  view: View;
  following: boolean;
  /** Lines that came since the end was let go. */
  unseen: number;
  follow: (on: boolean) => void;
  onScroll: () => void;
  /** Brings a row to the middle, if it is not in view or `always`. */
  reveal: (index: number, always?: boolean) => void;
  /** To be called after rows were drawn, with the heights they have. */
  measured: (heights: Iterable<readonly [index: number, height: number]>) => void;
  /** The row at the top. */
  firstVisible: () => number;
}

/**
 * The scrolling of a log: which rows to draw and where, following the end, and staying in place while rows above change. React draws only when the drawn
 * rows change (every few lines); between that the browser scrolls alone.
 */
export function useLogScroll(lineCount: number, firstNumber: number, wrap: boolean, live: boolean): LogScroll {
  const viewport = useRef<HTMLDivElement>(null);
  const [rows] = useState(() => createRowHeights(LINE_HEIGHT));
  const position = useRef<ScrollPosition>({ physical: 0, virtual: 0 });
  const shape = useRef({ firstNumber, width: 0 });
  const [view, setView] = useState<View>({ from: 0, to: 0, top: 0, height: 0 });
  const [following, setFollowing] = useState(live);
  const followingRef = useRef(live);
  const [seenEnd, setSeenEnd] = useState(firstNumber + lineCount);

  const geometry = useCallback(() => ({ content: rows.total, viewport: viewport.current?.clientHeight ?? 0 }), [rows]);

  const redraw = useCallback((): void => {
    const now = geometry();
    const { physical, virtual } = position.current;
    const { from, to } = rowWindow(rows, virtual, now.viewport);
    const top = rows.offsetOf(from) + physical - virtual;
    const height = scrollHeight(now);
    setView((old) =>
      old.from === from && old.to === to && old.top === top && old.height === height ? old : { from, to, top, height },
    );
  }, [geometry, rows]);

  const scrollTo = useCallback(
    (virtual: number): void => {
      const element = viewport.current;
      if (element === null) return;
      const target = positionAt(virtual, geometry());
      // The element must be high enough before it can be scrolled there, and React has not drawn its new height yet.
      const spacer = element.firstElementChild;
      if (spacer instanceof HTMLElement) spacer.style.height = `${scrollHeight(geometry())}px`;
      element.scrollTop = target.physical;
      const scaled = rows.total > scrollHeight(geometry());
      position.current = scaled
        ? { physical: element.scrollTop, virtual: target.virtual }
        : { physical: element.scrollTop, virtual: element.scrollTop };
      redraw();
    },
    [geometry, redraw, rows],
  );

  const setFollow = useCallback((on: boolean): void => {
    if (followingRef.current === on) return;
    followingRef.current = on;
    setFollowing(on);
  }, []);

  const end = firstNumber + lineCount;
  useLayoutEffect(() => {
    const added = shape.current.firstNumber - firstNumber;
    shape.current.firstNumber = firstNumber;
    const before = position.current.virtual;
    if (added > 0 && rows.count > 0) rows.prepend(Math.min(added, lineCount));
    // What was there when the log was opened is not new.
    if (rows.count === 0) setSeenEnd(end);
    // Lines at the start were forgotten: rare, so that the heights behind them may be measured again.
    if (added < 0) rows.reset();
    rows.resize(lineCount);
    if (followingRef.current) {
      setSeenEnd(end);
      scrollTo(rows.total);
    } else if (added !== 0) scrollTo(before + added * LINE_HEIGHT);
    else redraw();
  }, [lineCount, firstNumber, end, rows, redraw, scrollTo]);

  useLayoutEffect(() => {
    const index = rows.indexAt(position.current.virtual);
    rows.reset();
    scrollTo(followingRef.current ? rows.total : rows.offsetOf(index));
    // `wrap` itself is what happened.
  }, [wrap, rows, scrollTo]);

  useEffect(() => {
    const element = viewport.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const changed = element.clientWidth !== shape.current.width;
      shape.current.width = element.clientWidth;
      const index = rows.indexAt(position.current.virtual);
      // Another width breaks lines elsewhere.
      if (changed && wrap) rows.reset();
      if (followingRef.current) scrollTo(rows.total);
      else if (changed && wrap) scrollTo(rows.offsetOf(index));
      else redraw();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [wrap, rows, redraw, scrollTo]);

  const onScroll = useCallback((): void => {
    const element = viewport.current;
    if (element === null) return;
    const before = position.current;
    if (element.scrollTop === before.physical) return;
    position.current = positionAfter(before, element.scrollTop, geometry());
    const atEnd = isAtEnd(position.current.virtual, geometry());
    if (element.scrollTop < before.physical && !atEnd) setFollow(false);
    else if (atEnd) setFollow(true);
    // At once: drawn a frame later, fast scrolling would show blank space.
    flushSync(redraw);
  }, [geometry, redraw, setFollow]);

  const measured = useCallback(
    (heights: Iterable<readonly [number, number]>): void => {
      const anchor = rows.indexAt(position.current.virtual);
      let above = 0;
      let changed = false;
      for (const [index, height] of heights) {
        const difference = rows.measure(index, height);
        if (difference === 0) continue;
        changed = true;
        if (index < anchor) above += difference;
      }
      if (!changed) return;
      if (followingRef.current) scrollTo(rows.total);
      else if (above !== 0) scrollTo(position.current.virtual + above);
      else redraw();
    },
    [rows, redraw, scrollTo],
  );

  const reveal = useCallback(
    (index: number, always = false): void => {
      const { virtual } = position.current;
      const height = geometry().viewport;
      const offset = rows.offsetOf(index);
      // Who looks at a line wants it to stay, also where it is in view already.
      setFollow(false);
      if (!always && offset >= virtual && offset + LINE_HEIGHT <= virtual + height) return;
      scrollTo(offset - height / 2 + LINE_HEIGHT);
    },
    [geometry, rows, scrollTo, setFollow],
  );

  const follow = useCallback(
    (on: boolean): void => {
      setFollow(on);
      if (!on) return;
      setSeenEnd(end);
      scrollTo(rows.total);
    },
    [end, rows, scrollTo, setFollow],
  );

  return {
    viewport,
    rows,
    view,
    following,
    unseen: following ? 0 : Math.max(0, end - seenEnd),
    follow,
    onScroll,
    reveal,
    measured,
    firstVisible: () => rows.indexAt(position.current.virtual),
  };
}
