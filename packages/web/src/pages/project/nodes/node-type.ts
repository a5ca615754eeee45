import type { NodeProps } from '@xyflow/react';
import type { ComponentType } from 'react';

/** One kind of thing on the canvas. Its folder has its looks; `nodes/index.ts` is where it is registered. */
export interface NodeType {
  /** Begins the ids of what it shows: `svc` for `svc_…`. */
  idPrefix: string;
  component: ComponentType<NodeProps>;
  /** Canvas units; the automatic layout needs them before anything is drawn. */
  width: number;
  height: number;
}
