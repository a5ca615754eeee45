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

const GAP = 48;

/**
 * Puts boxes so that none covers another and links lead from left to right. The same boxes and links give the same places.
 * @returns the upper left corner of each box, by its id
 */
export function layOut(boxes: readonly Box[], links: readonly { from: string; to: string }[]): Map<string, Point> {
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const places = new Map<string, Point>();
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 2 * GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) if (linked.has(id)) graph.setNode(id, { width, height });
  for (const { from, to } of links) if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to);
  layout(graph);
  let bottom = 0;
  for (const { id, width, height } of boxes) {
    if (!linked.has(id)) continue;
    const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
    places.set(id, { x: x - width / 2, y: y - height / 2 });
    bottom = Math.max(bottom, y + height / 2 + GAP);
  }
  // What is linked to nothing stands below, in rows that are about as wide as high.
  const single = boxes.filter(({ id }) => !linked.has(id));
  const columns = Math.max(3, Math.ceil(Math.sqrt(single.length)));
  for (const [index, { id, width, height }] of single.entries()) {
    const x = (index % columns) * (width + GAP);
    places.set(id, { x, y: bottom + Math.floor(index / columns) * (height + GAP) });
  }
  return places;
}
