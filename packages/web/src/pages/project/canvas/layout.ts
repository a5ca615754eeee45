import { Graph, layout } from '@dagrejs/dagre';

export interface Box {
  id: string;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Link {
  from: string;
  to: string;
}

/** Boxes that are linked with each other, put in their places from 0, 0 on. */
interface Cluster {
  readonly places: ReadonlyMap<string, Point>;
  readonly height: number;
}

/** What was laid out before, by what it was. */
export type LayoutMemory = Map<string, Cluster>;

/** Between boxes, in canvas units. */
export const GAP = 48;

/**
 * Puts boxes so that none covers another and links lead from left to right. The same boxes and links give the same places. With a `memory` of the
 * last time only those are laid out anew whose links have changed: all of 200 take several frames.
 * @returns the upper left corner of each box, by its id
 */
export function layOut(
  boxes: readonly Box[],
  links: readonly Link[],
  memory: LayoutMemory = new Map(),
): Map<string, Point> {
  const places = new Map<string, Point>();
  const ids = new Set(boxes.map(({ id }) => id));
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const known = links.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const used: [string, Cluster][] = [];
  let bottom = 0;
  for (const members of connected(
    boxes.filter(({ id }) => linked.has(id)),
    known,
  )) {
    const key = JSON.stringify(members);
    const cluster = memory.get(key) ?? layOutCluster(members.boxes, members.links);
    used.push([key, cluster]);
    for (const [id, { x, y }] of cluster.places) places.set(id, { x, y: bottom + y });
    bottom += cluster.height + GAP;
  }
  memory.clear();
  for (const [key, cluster] of used) memory.set(key, cluster);
  // What is linked to nothing stands below, in rows that are about as wide as high.
  const single = boxes.filter(({ id }) => !linked.has(id));
  const columns = Math.max(3, Math.ceil(Math.sqrt(single.length)));
  // Kinds of nodes differ in size: each row and column has room for the largest.
  const width = Math.max(0, ...single.map((box) => box.width));
  const height = Math.max(0, ...single.map((box) => box.height));
  for (const [index, { id }] of single.entries()) {
    const x = (index % columns) * (width + GAP);
    places.set(id, { x, y: bottom + Math.floor(index / columns) * (height + GAP) });
  }
  return places;
}

/** Boxes that are linked, directly or by others, in the order of the first of each. */
function connected(boxes: readonly Box[], links: readonly Link[]): { boxes: Box[]; links: Link[] }[] {
  const heads = new Map(boxes.map(({ id }) => [id, id]));
  const headOf = (id: string): string => {
    let head = id;
    for (let next = heads.get(head); next !== undefined && next !== head; next = heads.get(head)) head = next;
    heads.set(id, head);
    return head;
  };
  for (const { from, to } of links) heads.set(headOf(to), headOf(from));
  const clusters = new Map<string, { boxes: Box[]; links: Link[] }>();
  for (const box of boxes) {
    const head = headOf(box.id);
    const cluster = clusters.get(head) ?? { boxes: [], links: [] };
    cluster.boxes.push(box);
    clusters.set(head, cluster);
  }
  for (const { from, to } of links) clusters.get(headOf(from))?.links.push({ from, to });
  return [...clusters.values()];
}

function layOutCluster(boxes: readonly Box[], links: readonly Link[]): Cluster {
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 2 * GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { from, to } of links) graph.setEdge(from, to);
  layout(graph);
  const places = new Map<string, Point>();
  let bottom = 0;
  for (const { id, width, height } of boxes) {
    const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
    places.set(id, { x: x - width / 2, y: y - height / 2 });
    bottom = Math.max(bottom, y + height / 2);
  }
  return { places, height: bottom };
}
