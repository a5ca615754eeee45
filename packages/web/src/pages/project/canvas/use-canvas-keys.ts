import type { Node } from '@xyflow/react';
import { type Dispatch, type KeyboardEvent, type SetStateAction, useEffect, useRef } from 'react';
import type { CanvasPosition } from '../../../data/use-overview.ts';
import type { Arrangement } from './arrangement.ts';
import { directionOf, findNeighbour, isArrowKey } from './neighbour.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface CanvasKeysOptions {
  readonly arrangement: Arrangement;
  readonly canMove: boolean;
  readonly onOpen: (id: string) => void;
  readonly onDelete: (id: string) => void;
  readonly onMoved: (positions: readonly CanvasPosition[]) => void;
  readonly setNodes: Dispatch<SetStateAction<Node[]>>;
  /** The nodes that are being moved. */
  readonly hold: (ids: Iterable<string>) => void;
  /** The node that a key is meant for. */
  readonly idOf: (event: KeyboardEvent) => string | undefined;
}

const STEP = 24;
/** Steps in quick succession are one move: one request, and one undo. */
const SETTLE_MS = 400;

/** Enter opens, arrows lead to the next node, Shift with arrows moves, Delete asks. For the canvas' `onKeyDown`. */
export function useCanvasKeys(options: CanvasKeysOptions): (event: KeyboardEvent) => void {
  const { arrangement, canMove, onOpen, onDelete, onMoved, setNodes, hold, idOf } = options;
  const moving = useRef<{ id: string; x: number; y: number; timer: ReturnType<typeof setTimeout> }>(undefined);

  const settle = useStableCallback(() => {
    const last = moving.current;
    if (last === undefined) return;
    clearTimeout(last.timer);
    moving.current = undefined;
    hold([]);
    onMoved([{ nodeId: last.id, x: last.x, y: last.y }]);
  });
  // What was moved just before the page is left is kept too.
  useEffect(() => settle, [settle]);

  function nudge(id: string, by: { x: number; y: number }): void {
    if (moving.current?.id !== id) settle();
    const from = moving.current ?? arrangement.shown.get(id);
    if (from === undefined) return;
    clearTimeout(moving.current?.timer);
    const to = { x: from.x + by.x * STEP, y: from.y + by.y * STEP };
    moving.current = { id, ...to, timer: setTimeout(settle, SETTLE_MS) };
    hold([id]);
    setNodes((nodes) => nodes.map((node) => (node.id === id ? { ...node, position: to } : node)));
  }

  return useStableCallback((event: KeyboardEvent) => {
    const id = idOf(event);
    if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === 'Enter' || key === ' ') onOpen(id);
    else if (key === 'Delete' || key === 'Backspace') onDelete(id);
    else if (!isArrowKey(key)) return;
    else if (event.shiftKey && canMove) nudge(id, directionOf(key));
    else if (!event.shiftKey) focusNode(findNeighbour(id, key, arrangement.shown));
    event.preventDefault();
  });
}

function focusNode(id: string | undefined): void {
  if (id === undefined) return;
  const node = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  node?.focus({ focusVisible: true });
}
