import type { Point } from './layout.ts';

/** Something that moved nodes: a drag, arrow keys, or the automatic layout. */
export interface Move {
  readonly kind: 'move' | 'layout';
  readonly changes: ReadonlyMap<string, { readonly from: Point; readonly to: Point }>;
}

/** What can be undone, the last at the end, and what can be done again, the next at the end. */
export interface MoveHistory {
  readonly past: readonly Move[];
  readonly future: readonly Move[];
}

export const emptyHistory: MoveHistory = { past: [], future: [] };

const MOST_MOVES = 100;

export function recordMove(history: MoveHistory, move: Move): MoveHistory {
  return { past: [...history.past.slice(1 - MOST_MOVES), move], future: [] };
}

/** Without a move that turned out not to be one: it was refused. */
export function dropMove({ past, future }: MoveHistory, move: Move): MoveHistory {
  return { past: past.filter((other) => other !== move), future: future.filter((other) => other !== move) };
}

/** The last move of the one list goes to the other. */
export function stepHistory({ past, future }: MoveHistory, direction: 'undo' | 'redo'): MoveHistory {
  const move = (direction === 'undo' ? past : future).at(-1);
  if (move === undefined) return { past, future };
  if (direction === 'undo') return { past: past.slice(0, -1), future: [...future, move] };
  return { past: [...past, move], future: future.slice(0, -1) };
}

/** What a step moves, and the nodes that it leaves alone, since somebody else has moved them since. */
export interface StepPlan {
  readonly positions: readonly { nodeId: string; x: number; y: number }[];
  readonly movedByOthers: readonly string[];
}

/** `shown`: where each node stands now. A node that is no longer there is left out. */
export function planStep(move: Move, direction: 'undo' | 'redo', shown: ReadonlyMap<string, Point>): StepPlan {
  const positions: StepPlan['positions'][number][] = [];
  const movedByOthers: string[] = [];
  for (const [nodeId, { from, to }] of move.changes) {
    const [expected, target] = direction === 'undo' ? [to, from] : [from, to];
    const now = shown.get(nodeId);
    if (now === undefined) continue;
    if (isSamePlace(now, expected)) positions.push({ nodeId, x: target.x, y: target.y });
    else movedByOthers.push(nodeId);
  }
  return { positions, movedByOthers };
}

/** Closer than one can see. */
export function isSamePlace(one: Point, other: Point): boolean {
  return Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1;
}
