import type { RowHeights } from './row-heights.ts';

/** An element higher than this is cut by some browser (Chromium 33.5 million device pixels, half of that at two device pixels a pixel; Firefox 17.8). */
export const MAX_HEIGHT = 15_000_000;

/** The content, and the box through which it is seen. */
export interface Geometry {
  content: number;
  viewport: number;
}

/** Where the scroll bar is (`physical`), and which pixel of the content is at the top (`virtual`): the same below MAX_HEIGHT. */
export interface ScrollPosition {
  physical: number;
  virtual: number;
}

/** How high the scrolled element is. */
export function scrollHeight({ content }: Geometry): number {
  return Math.min(content, MAX_HEIGHT);
}

function scale(geometry: Geometry): number {
  if (geometry.content <= MAX_HEIGHT) return 1;
  return (geometry.content - geometry.viewport) / (MAX_HEIGHT - geometry.viewport);
}

const lastTop = (geometry: Geometry): number => Math.max(0, geometry.content - geometry.viewport);

/** The position for a pixel of the content at the top. */
export function positionAt(virtual: number, geometry: Geometry): ScrollPosition {
  const bounded = Math.max(0, Math.min(virtual, lastTop(geometry)));
  return { physical: bounded / scale(geometry), virtual: bounded };
}

/**
 * The position after the scroll bar moved. Where the content is higher than a browser can scroll, a small move (wheel, keys) moves the content by
 * as many pixels, and a large one (the bar is dragged) goes to the same share of it; the ends always meet.
 */
export function positionAfter(before: ScrollPosition, physical: number, geometry: Geometry): ScrollPosition {
  if (scale(geometry) === 1) return { physical, virtual: physical };
  if (physical <= 0) return { physical, virtual: 0 };
  if (physical >= MAX_HEIGHT - geometry.viewport - 1) return { physical, virtual: lastTop(geometry) };
  const moved = physical - before.physical;
  const virtual = Math.abs(moved) <= geometry.viewport * 2 ? before.virtual + moved : physical * scale(geometry);
  return { physical, virtual: Math.max(0, Math.min(virtual, lastTop(geometry))) };
}

/** The rows to draw: `to` not included. */
export interface RowWindow {
  from: number;
  to: number;
}

/** More rows than are seen are drawn, in steps, so that most scrolls draw nothing new. */
const STEP = 8;
const OVERSCAN = 8;
/** A box that was given no height grows with what is in it: it must not draw a million rows. */
const HIGHEST_VIEWPORT = 8_000;

/**
 * As many rows wherever one is, where all have one height: a row that came and went with every other step would be built anew each time. `isJump`: what
 * is seen now is gone in the next frame, so that only that is drawn.
 */
export function rowWindow(rows: RowHeights, virtual: number, viewport: number, isJump = false): RowWindow {
  if (rows.count === 0) return { from: 0, to: 0 };
  const first = rows.indexAt(virtual);
  const height = Math.min(viewport, HIGHEST_VIEWPORT);
  const { evenHeight } = rows;
  const seen =
    evenHeight === undefined ? rows.indexAt(virtual + height) + 1 - first : Math.ceil(height / evenHeight) + 1;
  const [ahead, step] = isJump ? [1, 1] : [OVERSCAN, STEP];
  const from = Math.max(0, Math.floor((first - ahead) / step) * step);
  const size = Math.ceil((seen + 2 * ahead + step - 1) / step) * step;
  return { from, to: Math.min(rows.count, from + size) };
}

/** Where the first drawn row is, in pixels from the top of the scrolled element: the sum of both. */
export interface RowsTop {
  /** By a transform: to change it moves all rows at once. */
  readonly shift: number;
  /** By room above: to change it as rows leave at the top lets those that stay be where they are. */
  readonly room: number;
}

export const atTop: RowsTop = { shift: 0, room: 0 };

/** A way up for which the rows need not be moved at once. */
const ROOM = 4_000;
/** Whoever goes further in one step sees other rows anyway. */
const JUMP = 2_000;

/**
 * The next place of the first row. What a browser has painted it keeps as long as it stays where it is in its element: by a scroll of some rows only the room
 * above changes, and only new rows are painted; by a jump only the shift does, and nothing is laid out anew but what other rows say.
 */
export function moveRows(before: RowsTop, top: number, isJump = false): RowsTop {
  const old = before.shift + before.room;
  if (top === old) return before;
  const room = top - before.shift;
  if (!isJump && room >= 0 && Math.abs(top - old) <= JUMP) return { shift: before.shift, room };
  const next = Math.max(0, Math.min(ROOM, top));
  return { shift: top - next, room: next };
}

/** Whether the end is in view, or all but. */
export function isAtEnd(virtual: number, geometry: Geometry): boolean {
  return virtual >= lastTop(geometry) - 4;
}
