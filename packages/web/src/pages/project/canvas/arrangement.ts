import { replaceEqualDeep } from '@tanstack/react-query';
import type { Edge, Node } from '@xyflow/react';
import { useMemo, useRef, useState } from 'react';
import type { CanvasPosition, Overview } from '../../../data/use-overview.ts';
import { type CanvasItem, type NodeType, nodeTypes } from '../nodes/index.ts';
import type { LayoutMemory, Point } from './layout.ts';
import type { Rectangle } from './map-frame.ts';
import { layOutAnew, layOutSteadily, type SteadyLayout } from './steady-layout.ts';

/** A node with its kind. */
export interface CanvasEntry {
  readonly typeName: keyof typeof nodeTypes;
  readonly type: Pick<NodeType, 'group' | 'width' | 'height'>;
  readonly item: CanvasItem;
}

/** What stands where. */
export interface Arrangement {
  readonly entries: readonly CanvasEntry[];
  readonly edges: Edge[];
  /** Where each node stands. */
  readonly shown: ReadonlyMap<string, Point>;
  /** Where each would stand if nobody had moved anything. */
  readonly automatic: ReadonlyMap<string, Point>;
  /** Whether `automatic` is what a layout of all there is now would give. */
  readonly isTidy: boolean;
  /** Lays all of it out anew, wherever it stood: what is `automatic` from the next drawing on. */
  readonly tidy: () => ReadonlyMap<string, Point>;
  /** What is covered by nodes; the same list as long as none was moved, came or went. */
  readonly boxes: readonly Rectangle[];
}

function listEntries(overview: Overview): CanvasEntry[] {
  return Object.entries(nodeTypes).flatMap(([typeName, type]) =>
    type.list(overview).map((item) => ({ typeName: typeName as CanvasEntry['typeName'], type, item })),
  );
}

/** Names that refer from one node to another, as many as can be read at a glance. */
function linkLabel(variables: readonly string[]): string {
  const rest = variables.length - 3;
  return rest > 1 ? `${variables.slice(0, 3).join(', ')} and ${rest} more` : variables.join(', ');
}

/**
 * A line that says what it said before stays the same object, so that it is not drawn anew. Their order is of their ids: in that of names, in which they
 * come, a service that is renamed had up to all lines taken out of the page and put in again.
 */
export function listEdges(links: Overview['links'], entries: readonly CanvasEntry[], before: Edge[] = []): Edge[] {
  const names = new Map(entries.map(({ item }) => [item.id, item.name]));
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const edges = links
    .filter(({ from, to }) => names.has(from) && names.has(to))
    .map(({ from, to, variables }) => ({
      id: `${from}-${to}`,
      source: from,
      target: to,
      label: linkLabel(variables),
      ariaLabel: `${names.get(from)} refers to ${names.get(to)} in ${variables.join(', ')}`,
    }))
    .map((edge) => {
      const old = known.get(edge.id);
      return old?.ariaLabel === edge.ariaLabel ? old : edge;
    })
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const isSame = edges.length === before.length && edges.every((edge, index) => edge === before[index]);
  return isSame ? before : edges;
}

/** Computed anew only for what has changed: an update that changes a state leaves layout and lines as they are. */
export function useArrangement(overview: Overview, positions: readonly CanvasPosition[]): Arrangement {
  const entries = useMemo(() => listEntries(overview), [overview]);
  const { links } = overview;
  const [memory] = useState<LayoutMemory>(() => new Map());
  const layout = useRef<SteadyLayout>(undefined);
  const wasMoved = useRef(false);
  const [tidied, setTidied] = useState(0);
  const boxes = useRef<Rectangle[]>([]);
  const lines = useRef<{ words: string; edges: Edge[] }>(undefined);
  return useMemo(() => {
    // All is arranged once more after it was laid out anew.
    void tidied;
    const sizes = entries.map(({ item, type }) => ({ id: item.id, width: type.width, height: type.height }));
    const kept = new Map(positions.map(({ nodeId, x, y }) => [nodeId, { x, y }]));
    const isMoved = entries.some(({ item }) => kept.has(item.id));
    // All places were forgotten: somebody has had the canvas laid out for everyone.
    if (wasMoved.current && kept.size === 0) layout.current = undefined;
    wasMoved.current = isMoved;
    layout.current = layOutSteadily(layout.current, sizes, links, memory, kept);
    const words = JSON.stringify([entries.map(({ item }) => [item.id, item.name]), links]);
    if (lines.current?.words !== words)
      lines.current = { words, edges: listEdges(links, entries, lines.current?.edges) };
    const { places: automatic, isTidy } = layout.current;
    const { edges } = lines.current;
    const shown = new Map<string, Point>();
    for (const { item } of entries) shown.set(item.id, kept.get(item.id) ?? automatic.get(item.id) ?? { x: 0, y: 0 });
    const now = entries.map(({ item, type }) => {
      const { x, y } = shown.get(item.id) ?? { x: 0, y: 0 };
      return { x, y, width: type.width, height: type.height };
    });
    boxes.current = replaceEqualDeep(boxes.current, now);
    const tidy = () => {
      layout.current = layOutAnew(sizes, links, memory);
      setTidied((times) => times + 1);
      return layout.current.places;
    };
    return { entries, edges, shown, automatic, isTidy, tidy, boxes: boxes.current };
  }, [entries, links, positions, memory, tidied]);
}

/**
 * The nodes as React Flow draws them. A node that is not changed stays the same object, so that it is not drawn anew; with nothing
 * changed the list is the same. `held`: what the user is just moving stays where they hold it.
 */
export function mergeNodes(
  current: Node[],
  { entries, shown }: Pick<Arrangement, 'entries' | 'shown'>,
  held: ReadonlySet<string>,
): Node[] {
  const before = new Map(current.map((node) => [node.id, node]));
  const next = entries.map(({ typeName, type, item }): Node => {
    const node = before.get(item.id);
    const place = shown.get(item.id) ?? { x: 0, y: 0 };
    const position = node !== undefined && (held.has(item.id) || isAt(node, place)) ? node.position : place;
    if (node !== undefined && node.data === item.data && node.ariaLabel === item.label && node.position === position)
      return node;
    return {
      ...node,
      id: item.id,
      type: typeName,
      position,
      data: item.data as Record<string, unknown>,
      width: type.width,
      height: type.height,
      ariaLabel: item.label,
    };
  });
  const isSame = next.length === current.length && next.every((node, index) => node === current[index]);
  return isSame ? current : next;
}

/** Nodes that may change in one frame. */
export const CHANGES_A_FRAME = 8;

/**
 * The way from one list of nodes to another in steps of a frame each: no more than so many of those that are there change at once (a canvas that is
 * laid out anew), and what is new or gone is so with the first. The last step is `next` itself.
 */
export function stepTowards(now: Node[], next: Node[], limit = CHANGES_A_FRAME): Node[] {
  const before = new Map(now.map((node) => [node.id, node]));
  let changes = 0;
  const step = next.map((node) => {
    const old = before.get(node.id);
    if (old === undefined || old === node) return node;
    changes += 1;
    return changes > limit ? old : node;
  });
  return changes > limit ? step : next;
}

function isAt({ position }: Node, { x, y }: Point): boolean {
  return position.x === x && position.y === y;
}
