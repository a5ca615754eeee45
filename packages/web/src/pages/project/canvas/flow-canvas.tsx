import '@xyflow/react/dist/style.css';
import './canvas.css';
import {
  applyNodeChanges,
  Controls,
  MarkerType,
  type Node,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { type KeyboardEvent, memo, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CanvasPosition } from '../../../data/use-overview.ts';
import { useIsDark } from '../../../ui/theme.ts';
import { useMediaQuery } from '../../../ui/use-media-query.ts';
import { nodeTypes } from '../nodes/index.ts';
import { type Arrangement, CHANGES_A_FRAME, mergeNodes, stepTowards } from './arrangement.ts';
import { OverviewMap } from './overview-map.tsx';
import { placeNode } from './place-node.ts';
import { useCanvasKeys } from './use-canvas-keys.ts';
import { usePaintAhead } from './use-paint-ahead.ts';
import { usePanVeil } from './use-pan-veil.ts';

const components = Object.fromEntries(Object.entries(nodeTypes).map(([name, { component }]) => [name, component]));
const fitViewOptions = { maxZoom: 1, padding: 0.15 };
const proOptions = { hideAttribution: true };
const edgeOptions = {
  markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
  interactionWidth: 24,
  selectable: false,
  labelBgPadding: [6, 4] as [number, number],
  labelBgBorderRadius: 4,
};
const ariaLabels = {
  'edge.a11yDescription.default': 'A line leads from what refers to what it refers to.',
  'node.a11yDescription.keyboardDisabled':
    'Enter opens, arrow keys lead to the next, Shift with arrow keys moves, the menu key shows what can be done.',
};

export type FlowInstance = ReactFlowInstance;

/** Each of them always the same function: see useStableCallback. */
export interface FlowCanvasProps {
  arrangement: Arrangement;
  /** The node whose drawer is open. */
  openId: string | undefined;
  /** Whether nodes can be moved. */
  canMove: boolean;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDelete: (id: string) => void;
  onMoved: (positions: readonly CanvasPosition[]) => void;
  onInit: (instance: FlowInstance) => void;
}

const idOf = (event: KeyboardEvent): string | undefined =>
  (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id') ?? undefined;

/** The nodes and lines, to be looked at, moved and opened. */
export const FlowCanvas = memo(function FlowCanvas(props: FlowCanvasProps) {
  const { arrangement, openId, canMove, onOpen, onClose, onMoved, onInit } = props;
  const dark = useIsDark();
  const isWide = useMediaQuery('(min-width: 640px)');
  const [nodes, setNodes] = useState<Node[]>(() => mergeNodes([], arrangement, new Set()));
  const held = useRef<ReadonlySet<string>>(new Set());
  const shown = useRef(nodes);
  shown.current = nodes;
  useEffect(() => {
    const next = mergeNodes(shown.current, arrangement, held.current);
    if (next === shown.current) return undefined;
    const before = new Set(shown.current);
    let steps = Math.ceil(next.filter((node) => !before.has(node)).length / CHANGES_A_FRAME);
    const step = (): void => {
      setNodes((now) => stepTowards(now, mergeNodes(now, arrangement, held.current)));
      steps -= 1;
      if (steps > 0) frame = requestAnimationFrame(step);
    };
    // To come by the change was this frame's work.
    let frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [arrangement]);
  useEffect(() => {
    setNodes((now) =>
      now.map((node) =>
        (node.selected ?? false) === (node.id === openId) ? node : { ...node, selected: node.id === openId },
      ),
    );
  }, [openId]);

  const hold = useCallback((ids: Iterable<string>) => {
    held.current = new Set(ids);
  }, []);
  const onNodesChange = useCallback((changes: NodeChange[]) => setNodes((now) => applyNodeChanges(changes, now)), []);
  const onNodeClick = useCallback((_event: unknown, { id }: Node) => onOpen(id), [onOpen]);
  const onDragStart = useCallback(
    (_event: unknown, _node: Node, moved: Node[]) => hold(moved.map(({ id }) => id)),
    [hold],
  );
  const onDragStop = useCallback(
    (_event: unknown, _node: Node, moved: Node[]) => {
      hold([]);
      onMoved(moved.map(({ id, position }) => ({ nodeId: id, ...position })));
    },
    [hold, onMoved],
  );
  const isViewChosen = useRef(false);
  const onMoveStart = useCallback((event: unknown) => {
    // No event stands behind what the canvas does by itself.
    if (event !== null) isViewChosen.current = true;
  }, []);
  const onChoose = useCallback(() => {
    isViewChosen.current = true;
  }, []);
  const onKeyDown = useCanvasKeys({ ...props, setNodes, hold, idOf });

  const placed = useMemo(() => nodes.map(placeNode), [nodes]);

  return (
    <ReactFlow
      aria-label="Canvas"
      ariaLabelConfig={ariaLabels}
      nodes={placed}
      edges={arrangement.edges}
      defaultEdgeOptions={edgeOptions}
      nodeTypes={components}
      colorMode={dark ? 'dark' : 'light'}
      nodesConnectable={false}
      nodesDraggable={canMove}
      disableKeyboardA11y
      deleteKeyCode={null}
      fitView
      fitViewOptions={fitViewOptions}
      minZoom={0.1}
      maxZoom={2}
      proOptions={proOptions}
      onInit={onInit}
      onMoveStart={onMoveStart}
      onNodesChange={onNodesChange}
      onNodeClick={onNodeClick}
      onPaneClick={onClose}
      onNodeDragStart={onDragStart}
      onNodeDragStop={onDragStop}
      onKeyDown={onKeyDown}
    >
      <FarMark />
      <PanHelp />
      <FitOnResize isViewChosen={isViewChosen} />
      <Controls showInteractive={false} fitViewOptions={fitViewOptions} />
      {isWide ? <OverviewMap boxes={arrangement.boxes} onChoose={onChoose} /> : null}
    </ReactFlow>
  );
});

/** Below this zoom the usual text of a node is smaller than 7 pixels. */
const FAR = 0.5;

/** Tells the style sheet that the canvas is seen from afar, without drawing any node anew. */
function FarMark() {
  const isFar = useStore(({ transform }) => transform[2] < FAR);
  const canvas = useStore(({ domNode }) => domNode);
  useEffect(() => {
    canvas?.toggleAttribute('data-far', isFar);
  }, [canvas, isFar]);
  return null;
}

/** Below React Flow, which the hooks need. */
function PanHelp() {
  usePaintAhead();
  usePanVeil();
  return null;
}

/** A window that changes its size (a phone that is turned) shows everything again, unless somebody chose what it shows. */
function FitOnResize({ isViewChosen }: { isViewChosen: RefObject<boolean> }) {
  const { fitView } = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  useEffect(() => {
    if (width > 0 && height > 0 && !isViewChosen.current) void fitView(fitViewOptions);
  }, [width, height, fitView, isViewChosen]);
  return null;
}
