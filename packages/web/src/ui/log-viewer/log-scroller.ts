import { LINE_HEIGHT } from './log-rows.ts';
import { isAtEnd, positionAfter, positionAt, rowWindow, type ScrollPosition, scrollHeight } from './log-window.ts';
import { createRowHeights } from './row-heights.ts';

/** Scrolling has come to rest when nothing moved for so long. */
const REST_MS = 100;

/** What is to be drawn; `to` is not included. */
export interface LogView {
  readonly from: number;
  readonly to: number;
  /** Pixels from the top of the scrolled element to the first row. */
  readonly top: number;
  /** What is seen now is gone in the next frame. */
  readonly isJump: boolean;
}

/** Whether the newest lines are kept in view, and up to where lines were seen. */
export interface LogFollowing {
  readonly following: boolean;
  /** The number after the last line that was there when the end was in view. */
  readonly seenEnd: number;
}

export interface LogScrollerOptions {
  /** The box that is scrolled; what is in it is its first element. */
  readonly box: HTMLElement;
  /** Whether to follow the end from the start. */
  readonly live: boolean;
  /** Draws rows; gives their heights where lines wrap. */
  readonly draw: (view: LogView) => Iterable<readonly [index: number, height: number]> | undefined;
  /** Called when the rows have stood still for a moment. */
  readonly onRest: () => void;
  readonly onFollowing: (following: LogFollowing) => void;
}

/** The scrolling of a log. */
export interface LogScroller {
  /** How many lines there are, and the number of the first: those in view stay where they are when some come before them. */
  setLines: (lineCount: number, firstNumber: number) => void;
  setWrap: (wrap: boolean) => void;
  /** The bar moved. */
  scrolled: () => void;
  resized: () => void;
  follow: (on: boolean) => void;
  /** Brings a row to the middle, if it is not in view or `always`. */
  reveal: (index: number, always?: boolean) => void;
  /** Draws the same rows once more: what they show has changed. */
  refresh: () => void;
  /** The row at the top. */
  firstVisible: () => number;
  stop: () => void;
}

/**
 * Which rows of a log to draw and where, following the end, and staying in place while rows above change. Rows are drawn when others are
 * needed (every few lines); between that the browser scrolls alone.
 */
export function createLogScroller({ box, live, draw, onRest, onFollowing }: LogScrollerOptions): LogScroller {
  const rows = createRowHeights(LINE_HEIGHT);
  let position: ScrollPosition = { physical: 0, virtual: 0 };
  let view: LogView = { from: 0, to: 0, top: 0, isJump: false };
  let first: number | undefined;
  let end = 0;
  let isWrapped = false;
  let width = 0;
  let state: LogFollowing = { following: live, seenEnd: 0 };
  let scrolledAt = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const geometry = () => ({ content: rows.total, viewport: box.clientHeight });

  function change(next: Partial<LogFollowing>): void {
    const { following, seenEnd } = { ...state, ...next };
    if (following === state.following && seenEnd === state.seenEnd) return;
    state = { following, seenEnd };
    onFollowing(state);
  }

  /** What comes from now on is new. */
  function letGo(): void {
    if (state.following) change({ following: false, seenEnd: end });
  }

  /** The element must be high enough before it can be scrolled. */
  function setHeight(): void {
    const content = box.firstElementChild;
    const height = `${scrollHeight(geometry())}px`;
    if (content instanceof HTMLElement && content.style.height !== height) content.style.height = height;
  }

  function look(): void {
    const isMoving = performance.now() - scrolledAt < REST_MS;
    rest = isMoving ? setTimeout(look, REST_MS) : undefined;
    if (isMoving) return;
    // After a jump, what is beyond what is seen.
    if (view.isJump) show(false);
    onRest();
  }

  function drawView(): void {
    const heights = draw(view);
    rest ??= setTimeout(look, REST_MS);
    if (heights !== undefined) measured(heights);
  }

  /** Draws what is in view, if that is not what is drawn. */
  function show(isJump: boolean, isChanged = false): void {
    const { physical, virtual } = position;
    const { from, to } = rowWindow(rows, virtual, box.clientHeight, isJump);
    const top = rows.offsetOf(from) + physical - virtual;
    if (!isChanged && view.from === from && view.to === to && view.top === top) return;
    view = { from, to, top, isJump };
    drawView();
  }

  function redraw(): void {
    setHeight();
    show(false, true);
  }

  function scrollTo(pixel: number): void {
    const target = positionAt(pixel, geometry());
    setHeight();
    box.scrollTop = target.physical;
    const physical = box.scrollTop;
    const isScaled = rows.total > scrollHeight(geometry());
    position = { physical, virtual: isScaled ? target.virtual : physical };
    redraw();
  }

  function measured(heights: Iterable<readonly [index: number, height: number]>): void {
    const anchor = rows.indexAt(position.virtual);
    let above = 0;
    let isChanged = false;
    for (const [index, height] of heights) {
      const difference = rows.measure(index, height);
      isChanged ||= difference !== 0;
      if (index < anchor) above += difference;
    }
    if (!isChanged) return;
    if (state.following) scrollTo(rows.total);
    else if (above !== 0) scrollTo(position.virtual + above);
    else redraw();
  }

  function scrolled(): void {
    const before = position;
    if (box.scrollTop === before.physical) return;
    position = positionAfter(before, box.scrollTop, geometry());
    const atEnd = isAtEnd(position.virtual, geometry());
    if (position.physical < before.physical && !atEnd) letGo();
    else if (atEnd) change({ following: true });
    scrolledAt = performance.now();
    // Page after page, or by the bar: rows beyond what is seen are drawn once it rests.
    show(Math.abs(position.virtual - before.virtual) > box.clientHeight / 2);
  }

  return {
    setLines(lineCount, firstNumber) {
      // Whoever has scrolled away, and whose event has not come yet, must not be taken back to the end by the next line.
      scrolled();
      const added = (first ?? firstNumber) - firstNumber;
      const before = position.virtual;
      first = firstNumber;
      end = firstNumber + lineCount;
      if (added > 0 && rows.count > 0) rows.prepend(Math.min(added, lineCount));
      // What was there when the log was opened is not new.
      if (rows.count === 0 && !state.following) change({ seenEnd: end });
      // Lines at the start were forgotten: rare, so that the heights behind them may be measured again.
      if (added < 0) rows.reset();
      rows.resize(lineCount);
      if (state.following) scrollTo(rows.total);
      else if (added !== 0) scrollTo(before + added * LINE_HEIGHT);
      else redraw();
    },
    setWrap(wrap) {
      const index = rows.indexAt(position.virtual);
      isWrapped = wrap;
      rows.reset();
      scrollTo(state.following ? rows.total : rows.offsetOf(index));
    },
    scrolled,
    resized() {
      scrolled();
      const isWider = box.clientWidth !== width;
      width = box.clientWidth;
      const index = rows.indexAt(position.virtual);
      // Another width breaks lines elsewhere.
      if (isWider && isWrapped) rows.reset();
      if (state.following) scrollTo(rows.total);
      else if (isWider && isWrapped) scrollTo(rows.offsetOf(index));
      else redraw();
    },
    follow(on) {
      if (!on) return letGo();
      change({ following: true });
      scrollTo(rows.total);
    },
    reveal(index, always = false) {
      const offset = rows.offsetOf(index);
      // Who looks at a line wants it to stay, also where it is in view already.
      letGo();
      const isSeen = offset >= position.virtual && offset + LINE_HEIGHT <= position.virtual + box.clientHeight;
      if (always || !isSeen) scrollTo(offset - box.clientHeight / 2 + LINE_HEIGHT);
    },
    refresh: drawView,
    firstVisible: () => rows.indexAt(position.virtual),
    stop: () => clearTimeout(rest),
  };
}
