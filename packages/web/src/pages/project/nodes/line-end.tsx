import { Position } from '@xyflow/react';

/**
 * Where lines begin (`source`) or end (`target`) at a node. React Flow finds it by class and data attributes; its own Handle, made for
 * drawing lines by hand, would listen to every frame of a pan, twice in each of 200 nodes.
 */
export function LineEnd({ type, position }: { type: 'source' | 'target'; position: Position }) {
  const side = position === Position.Left ? 'left-0' : 'right-0';
  return <span data-handlepos={position} className={`${type} invisible absolute top-1/2 size-px ${side}`} />;
}
