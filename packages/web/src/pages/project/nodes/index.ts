import type { NodeType } from './node-type.ts';
import { serviceNodeType } from './service/service-node.tsx';

/** Every kind of node, by the name that the canvas knows it by. */
export const nodeTypes = { service: serviceNodeType } satisfies Record<string, NodeType>;

export type { NodeType } from './node-type.ts';
