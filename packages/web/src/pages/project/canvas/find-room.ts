import { GAP, type Point } from './layout.ts';
import type { Rectangle } from './map-frame.ts';

/**
 * The upper left corner of room for something of this size that covers nothing: in the lowest row, as far as what is there reaches to the right, and
 * else below all of it.
 */
export function findRoom(
  size: { readonly width: number; readonly height: number },
  taken: readonly Rectangle[],
): Point {
  if (taken.length === 0) return { x: 0, y: 0 };
  const left = Math.min(...taken.map(({ x }) => x));
  const right = Math.max(...taken.map(({ x, width }) => x + width));
  const y = Math.max(...taken.map((one) => one.y));
  // Nobody minds a row of three, however little is there.
  const end = Math.max(right, left + 3 * size.width + 2 * GAP);
  for (let x = left; x + size.width <= end; x += size.width + GAP) {
    if (taken.every((one) => isApart({ x, y, ...size }, one))) return { x, y };
  }
  return { x: left, y: Math.max(...taken.map((one) => one.y + one.height)) + GAP };
}

function isApart(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x + one.width + GAP <= other.x ||
    other.x + other.width + GAP <= one.x ||
    one.y + one.height + GAP <= other.y ||
    other.y + other.height + GAP <= one.y
  );
}
