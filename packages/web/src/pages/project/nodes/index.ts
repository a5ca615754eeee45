import { useCallback } from 'react';
import { cloudResourceNodeType } from './cloud-resource/cloud-resource-node-type.tsx';
import type { CanvasItem, NodeAction, NodeActions, NodeContext, NodeType } from './node-type.ts';
import { serviceNodeType } from './service/service-node-type.tsx';

/** Every kind of node, by the name that the canvas knows it by. */
export const nodeTypes = { service: serviceNodeType, cloudResource: cloudResourceNodeType } satisfies Record<
  string,
  NodeType
>;

export type NodeTypeName = keyof typeof nodeTypes;

/** What can be done to a node. Each kind has a hook for it, so each is named here. */
export function useNodeActions(context: NodeContext): (kind: NodeTypeName, item: CanvasItem) => readonly NodeAction[] {
  const service: NodeActions = serviceNodeType.useActions(context);
  const cloudResource: NodeActions = cloudResourceNodeType.useActions(context);
  return useCallback((kind, item) => ({ service, cloudResource })[kind](item), [service, cloudResource]);
}

export type { CanvasItem, NodeAction, NodeType } from './node-type.ts';
