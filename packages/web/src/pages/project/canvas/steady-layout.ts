import { findRoom } from './find-room.ts';
import { type Box, type LayoutMemory, type Link, layOut, type Point } from './layout.ts';
import type { Rectangle } from './map-frame.ts';

/** Where boxes stand, and all that was known when they were put there. */
export interface SteadyLayout {
  readonly places: ReadonlyMap<string, Point>;
  readonly parts: ReadonlySet<string>;
  /** Whether it is what would be laid out anew, as far as is known. */
  readonly isTidy: boolean;
}

const partsOf = (boxes: readonly Box[], links: readonly Link[]): string[] => [
  ...boxes.map(({ id }) => id),
  ...links.map(({ from, to }) => `${from} ${to}`),
];

/** Lays out all of it, wherever anything stood. */
export function layOutAnew(boxes: readonly Box[], links: readonly Link[], memory: LayoutMemory): SteadyLayout {
  return { places: layOut(boxes, links, memory), parts: new Set(partsOf(boxes, links)), isTidy: true };
}

/**
 * What is there stays where it is, whatever comes or goes: a service that is made, or renamed so that nothing refers to it any longer, is no reason for
 * everything below it to jump while somebody looks. What comes is laid out with the rest where that moves nothing, so that it stands there for
 * everybody, and else finds room beside it; what comes back finds its place kept. Until all of it is laid out anew.
 *
 * @param shown where boxes stand that somebody has moved
 */
export function layOutSteadily(
  before: SteadyLayout | undefined,
  boxes: readonly Box[],
  links: readonly Link[],
  memory: LayoutMemory,
  shown: ReadonlyMap<string, Point> = new Map(),
): SteadyLayout {
  if (before === undefined) return layOutAnew(boxes, links, memory);
  const parts = partsOf(boxes, links);
  const known = boxes.filter(({ id }) => before.places.has(id));
  if (parts.every((part) => before.parts.has(part))) {
    const isTidy = before.isTidy && parts.length === before.parts.size;
    return isTidy === before.isTidy ? before : { ...before, isTidy };
  }
  const anew = layOutAnew(boxes, links, memory);
  const isMoved = known.some(({ id }) => !isSame(before.places.get(id), anew.places.get(id)));
  if (!isMoved) return anew;
  const places = new Map(before.places);
  const newcomers = boxes.filter(({ id }) => !before.places.has(id));
  if (newcomers.length > 0) {
    const group = layOut(newcomers, links, new Map());
    const taken = known.flatMap((box) => [places.get(box.id), shown.get(box.id)].flatMap((at) => covered(box, at)));
    const corner = findRoom(boundsOf(newcomers.flatMap((box) => covered(box, group.get(box.id)))), taken);
    for (const [id, { x, y }] of group) places.set(id, { x: corner.x + x, y: corner.y + y });
  }
  return { places, parts: new Set([...before.parts, ...parts]), isTidy: false };
}

function covered({ width, height }: Box, at: Point | undefined): Rectangle[] {
  return at === undefined ? [] : [{ ...at, width, height }];
}

/** From 0, 0 on, where every layout begins. */
function boundsOf(rectangles: readonly Rectangle[]): { width: number; height: number } {
  return {
    width: Math.max(...rectangles.map(({ x, width }) => x + width)),
    height: Math.max(...rectangles.map(({ y, height }) => y + height)),
  };
}

function isSame(one: Point | undefined, other: Point | undefined): boolean {
  return one?.x === other?.x && one?.y === other?.y;
}
