import '@xyflow/react/dist/style.css';
import {
  Background,
  Controls,
  type Edge,
  MiniMap,
  type Node,
  type NodeChange,
  ReactFlow,
  useNodesState,
} from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { CanvasPosition, Overview } from '../../../data/use-overview.ts';
import { useIsDark } from '../../../ui/theme.ts';
import { nodeTypes } from '../nodes/index.ts';
import { layOut } from './layout.ts';

const components = Object.fromEntries(Object.entries(nodeTypes).map(([name, { component }]) => [name, component]));

export interface ServiceCanvasProps {
  overview: Overview;
  positions: readonly CanvasPosition[];
  selectedId: string | undefined;
  /** Whether nodes can be moved. */
  canMove: boolean;
  onOpen: (serviceId: string) => void;
  onClose: () => void;
  onMoved: (positions: CanvasPosition[]) => void;
}

function toNodes(overview: Overview, positions: readonly CanvasPosition[], selectedId: string | undefined): Node[] {
  const { width, height } = nodeTypes.service;
  const boxes = overview.services.map(({ id }) => ({ id, width, height }));
  const automatic = layOut(boxes, overview.links);
  const kept = new Map(positions.map(({ nodeId, x, y }) => [nodeId, { x, y }]));
  return overview.services.map((service) => ({
    id: service.id,
    type: 'service',
    position: kept.get(service.id) ?? automatic.get(service.id) ?? { x: 0, y: 0 },
    data: service,
    width,
    height,
    selected: service.id === selectedId,
    ariaLabel: `Service ${service.name}, ${service.status}`,
  }));
}

function toEdges({ links }: Overview): Edge[] {
  return links.map(({ from, to, variables }) => ({
    id: `${from}-${to}`,
    source: from,
    target: to,
    ariaLabel: `refers to it in ${variables.join(', ')}`,
  }));
}

/** The services of an environment as nodes that can be dragged; a click or Enter opens one. */
export function ServiceCanvas({
  overview,
  positions,
  selectedId,
  canMove,
  onOpen,
  onClose,
  onMoved,
}: ServiceCanvasProps) {
  const dark = useIsDark();
  const wanted = useMemo(() => toNodes(overview, positions, selectedId), [overview, positions, selectedId]);
  const edges = useMemo(() => toEdges(overview), [overview]);
  const [nodes, setNodes, onNodesChange] = useNodesState(wanted);
  const dragging = useRef(false);
  useEffect(() => {
    // What somebody is just dragging is theirs until they let go.
    if (!dragging.current) setNodes(wanted);
  }, [wanted, setNodes]);

  function onChange(changes: NodeChange[]): void {
    onNodesChange(changes);
    // Arrow keys move without a drag.
    const moved = changes.filter((change) => change.type === 'position' && change.dragging === false);
    if (moved.length === 0 || dragging.current) return;
    onMoved(
      moved.flatMap((change) =>
        change.type === 'position' && change.position ? [{ nodeId: change.id, ...change.position }] : [],
      ),
    );
  }

  return (
    <ReactFlow
      aria-label="Canvas"
      nodes={nodes}
      edges={edges}
      nodeTypes={components}
      colorMode={dark ? 'dark' : 'light'}
      nodesConnectable={false}
      nodesDraggable={canMove}
      deleteKeyCode={null}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.2 }}
      minZoom={0.1}
      maxZoom={2}
      onlyRenderVisibleElements
      proOptions={{ hideAttribution: true }}
      onNodesChange={onChange}
      onNodeClick={(_event, node) => onOpen(node.id)}
      onPaneClick={onClose}
      onNodeDragStart={() => {
        dragging.current = true;
      }}
      onNodeDragStop={(_event, _node, moved) => {
        dragging.current = false;
        onMoved(moved.map(({ id, position }) => ({ nodeId: id, ...position })));
      }}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id');
        if (event.key === 'Enter' && id !== null && id !== undefined) onOpen(id);
      }}
    >
      <Background gap={24} />
      <Controls showInteractive={false} />
      {overview.services.length > 8 ? <MiniMap pannable zoomable ariaLabel="Overview of the canvas" /> : null}
    </ReactFlow>
  );
}
