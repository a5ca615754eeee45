import { useState } from 'react';
import { type CanvasPosition, useMoveNodes, useResetCanvas } from '../../../data/use-overview.ts';
import { toasts } from '../../../ui/toast-store.ts';
import type { Arrangement } from './arrangement.ts';
import type { Point } from './layout.ts';
import {
  dropMove,
  emptyHistory,
  isSamePlace,
  type Move,
  type MoveHistory,
  planStep,
  recordMove,
  stepHistory,
} from './move-history.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface CanvasMoves {
  readonly move: (positions: readonly CanvasPosition[]) => void;
  /** Back to the automatic layout, all of it. */
  readonly layOut: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Whether a layout of all there is may put any node elsewhere. */
  readonly canLayOut: boolean;
}

function changesTo(
  positions: Iterable<CanvasPosition>,
  shown: Arrangement['shown'],
): Map<string, { from: { x: number; y: number }; to: { x: number; y: number } }> {
  const changes = new Map<string, { from: { x: number; y: number }; to: { x: number; y: number } }>();
  for (const { nodeId, x, y } of positions) {
    const from = shown.get(nodeId);
    if (from !== undefined && !isSamePlace(from, { x, y })) changes.set(nodeId, { from, to: { x, y } });
  }
  return changes;
}

const asPosition = ([nodeId, { x, y }]: readonly [string, { x: number; y: number }]): CanvasPosition => ({
  nodeId,
  x,
  y,
});

const isAt = (place: Point | undefined, other: Point): boolean => place !== undefined && isSamePlace(place, other);

/** Moves of nodes that this page has made, and the way back. */
export function useCanvasMoves(projectId: string, environmentId: string, arrangement: Arrangement): CanvasMoves {
  const { shown, automatic, isTidy, tidy, entries } = arrangement;
  const [history, setHistory] = useState<MoveHistory>(emptyHistory);
  const { mutate: put } = useMoveNodes(projectId, environmentId);
  const { mutate: reset } = useResetCanvas(projectId, environmentId);

  function send(move: Move, positions: readonly CanvasPosition[], places = automatic): void {
    const onError = () => setHistory((now) => dropMove(now, move));
    const targets = new Map(positions.map(({ nodeId, x, y }) => [nodeId, { x, y }]));
    const isReset =
      move.kind === 'layout' &&
      [...shown].every(([nodeId, place]) => isAt(places.get(nodeId), targets.get(nodeId) ?? place));
    if (isReset) reset(undefined, { onError });
    else put([...positions], { onError });
  }

  function act(kind: Move['kind'], positions: readonly CanvasPosition[], places = automatic): boolean {
    const changes = changesTo(positions, shown);
    if (changes.size === 0) return false;
    const move: Move = { kind, changes };
    setHistory((now) => recordMove(now, move));
    send(
      move,
      [...changes].map(([nodeId, { to }]) => asPosition([nodeId, to])),
      places,
    );
    return true;
  }

  function step(direction: 'undo' | 'redo'): void {
    const move = (direction === 'undo' ? history.past : history.future).at(-1);
    if (move === undefined) return;
    const { positions, movedByOthers } = planStep(move, direction, shown);
    setHistory((now) => stepHistory(now, direction));
    if (positions.length > 0) send(move, positions);
    if (movedByOthers.length === 0) return;
    const names = entries.filter(({ item }) => movedByOthers.includes(item.id)).map(({ item }) => item.name);
    toasts.show({
      id: 'moved-by-others',
      title: names.length === 1 ? `${names[0]} stays where it is` : `${names.length} nodes stay where they are`,
      description: 'Somebody else has moved them meanwhile.'.replace('them', names.length === 1 ? 'it' : 'them'),
    });
  }

  const move = useStableCallback((positions: readonly CanvasPosition[]) => {
    act(
      'move',
      positions.map(({ nodeId, x, y }) => ({ nodeId, x: Math.round(x), y: Math.round(y) })),
    );
  });
  const undo = useStableCallback(() => step('undo'));
  const redo = useStableCallback(() => step('redo'));
  const layOut = useStableCallback(() => {
    const places = tidy();
    if (!act('layout', [...places].map(asPosition), places)) return;
    toasts.show({
      id: 'laid-out',
      title: 'The canvas was laid out for everyone',
      action: { label: 'Undo', onSelect: undo },
    });
  });
  return {
    move,
    layOut,
    undo,
    redo,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    canLayOut: !isTidy || [...shown].some(([nodeId, place]) => !isAt(automatic.get(nodeId), place)),
  };
}
