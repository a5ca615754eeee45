import { type Box, type LayoutMemory, type Link, layOut, type Point } from './layout.ts';

/** Where boxes stand, and all that was known when they were put there. */
export interface SteadyLayout {
  readonly places: ReadonlyMap<string, Point>;
  readonly parts: ReadonlySet<string>;
}

/**
 * Lays out only when something has come. What goes, a line or a box, leaves all others where they are until then: a service that is renamed, so that
 * nothing refers to it any longer, is no reason for everything below it to jump. Nor does what comes back, which finds its place kept.
 */
export function layOutSteadily(
  before: SteadyLayout | undefined,
  boxes: readonly Box[],
  links: readonly Link[],
  memory: LayoutMemory,
): SteadyLayout {
  const parts = [...boxes.map(({ id }) => id), ...links.map(({ from, to }) => `${from} ${to}`)];
  if (before !== undefined && parts.every((part) => before.parts.has(part))) return before;
  return { places: layOut(boxes, links, memory), parts: new Set(parts) };
}
