import type { Point } from './layout.ts';

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

const directions: Record<ArrowKey, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export function isArrowKey(key: string): key is ArrowKey {
  return key in directions;
}

/** The way that an arrow key points, of length 1. */
export function directionOf(key: ArrowKey): Point {
  return directions[key];
}

/**
 * The node that an arrow key leads to: the nearest in its direction, where what lies aside counts as twice as far. Undefined where
 * there is none.
 */
export function findNeighbour(id: string, key: ArrowKey, places: ReadonlyMap<string, Point>): string | undefined {
  const start = places.get(id);
  if (start === undefined) return undefined;
  const { x, y } = directions[key];
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [other, place] of places) {
    const along = (place.x - start.x) * x + (place.y - start.y) * y;
    const aside = Math.abs((place.x - start.x) * y) + Math.abs((place.y - start.y) * x);
    if (other === id || along <= 0) continue;
    const distance = along + 2 * aside;
    if (distance < least) [nearest, least] = [other, distance];
  }
  return nearest;
}
