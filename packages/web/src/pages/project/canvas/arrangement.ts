import type { Edge, Node } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import type { CanvasPosition, Overview } from '../../../data/use-overview.ts';
import { type CanvasItem, type NodeType, nodeTypes } from '../nodes/index.ts';
import { layOut, type Point } from './layout.ts';

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

function listEdges(links: Overview['links'], entries: readonly CanvasEntry[]): Edge[] {
  const names = new Map(entries.map(({ item }) => [item.id, item.name]));
  return links
    .filter(({ from, to }) => names.has(from) && names.has(to))
    .map(({ from, to, variables }) => ({
      id: `${from}-${to}`,
      source: from,
      target: to,
      label: linkLabel(variables),
      ariaLabel: `${names.get(from)} refers to ${names.get(to)} in ${variables.join(', ')}`,
    }));
}

/** Computed anew only for what has changed: an update that changes a state leaves layout and lines as they are. */
export function useArrangement(overview: Overview, positions: readonly CanvasPosition[]): Arrangement {
  const entries = useMemo(() => listEntries(overview), [overview]);
  const { links } = overview;
  const layout = useRef<{ shape: string; places: ReadonlyMap<string, Point>; edges: Edge[] }>(undefined);
  return useMemo(() => {
    const shape = JSON.stringify([entries.map(({ item }) => [item.id, item.name]), links]);
    if (layout.current?.shape !== shape) {
      const boxes = entries.map(({ item, type }) => ({ id: item.id, width: type.width, height: type.height }));
      layout.current = { shape, places: layOut(boxes, links), edges: listEdges(links, entries) };
    }
    const { places: automatic, edges } = layout.current;
    const kept = new Map(positions.map(({ nodeId, x, y }) => [nodeId, { x, y }]));
    const shown = new Map<string, Point>();
    for (const { item } of entries) shown.set(item.id, kept.get(item.id) ?? automatic.get(item.id) ?? { x: 0, y: 0 });
    return { entries, edges, shown, automatic };
  }, [entries, links, positions]);
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

function isAt({ position }: Node, { x, y }: Point): boolean {
  return position.x === x && position.y === y;
}
