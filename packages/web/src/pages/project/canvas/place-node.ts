import type { Node } from '@xyflow/react';

const placed = new WeakMap<Node, Node>();

/**
 * The node, put in its place by `left` and `top` instead of React Flow's transform. Each transform is a layer of its own for the browser to sort, to
 * walk through below the pointer and to draw anew in each frame of a pan: 200 of them cost 3 ms a frame. What is being dragged is moved by
 * its transform, which needs no layout. The same node gives the same object.
 */
export function placeNode(node: Node): Node {
  if (node.dragging === true) return node;
  let result = placed.get(node);
  if (result === undefined) {
    const { x, y } = node.position;
    result = { ...node, style: { ...node.style, transform: 'none', left: x, top: y } };
    placed.set(node, result);
  }
  return result;
}
