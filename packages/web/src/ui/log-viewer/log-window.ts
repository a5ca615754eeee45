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
/** A box that was given no height grows with what is in it: it must not draw a million rows. */
const HIGHEST_VIEWPORT = 8_000;

export function rowWindow(rows: RowHeights, virtual: number, viewport: number, overscan = 8): RowWindow {
  if (rows.count === 0) return { from: 0, to: 0 };
  const first = rows.indexAt(virtual);
  const last = rows.indexAt(virtual + Math.min(viewport, HIGHEST_VIEWPORT));
  const from = Math.max(0, Math.floor((first - overscan) / STEP) * STEP);
  const to = Math.min(rows.count, Math.ceil((last + 1 + overscan) / STEP) * STEP);
  return { from, to };
}

/** Whether the end is in view, or all but. */
export function isAtEnd(virtual: number, geometry: Geometry): boolean {
  return virtual >= lastTop(geometry) - 4;
}
