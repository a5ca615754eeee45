import { useCallback, useMemo, useRef, useState } from 'react';
import type { CanvasPosition, Overview } from '../../../data/use-overview.ts';
import type { ProjectSearch } from '../../../route-search.ts';
import type { NewThing } from '../new-menu.tsx';
import { type CanvasItem, type NodeAction, type NodeType, nodeTypes, useNodeActions } from '../nodes/index.ts';
import { type CanvasEntry, useArrangement } from './arrangement.ts';
import { CanvasMenu } from './canvas-menu.tsx';
import { CanvasToolbar } from './canvas-toolbar.tsx';
import { FlowCanvas, type FlowInstance } from './flow-canvas.tsx';
import { NodeConfirmation } from './node-confirmation.tsx';
import { useCanvasMoves } from './use-canvas-moves.ts';
import { useCanvasCommands, useNodeCommands } from './use-node-commands.tsx';
import { useStableCallback } from './use-stable-callback.ts';
import { useUndoKeys } from './use-undo-keys.ts';

export interface WorkspaceProps {
  projectId: string;
  environmentId: string;
  overview: Overview;
  positions: readonly CanvasPosition[];
  search: ProjectSearch;
  canChange: boolean;
  /** Leads to another view of this environment. */
  go: (search: ProjectSearch) => void;
  onNew: (what: NewThing) => void;
}

/** The canvas of an environment with all that can be done there, and the drawer of the node that the address names. */
export function Workspace(props: WorkspaceProps) {
  const { projectId, environmentId, overview, positions, search, canChange, onNew } = props;
  const go = useStableCallback(props.go);
  const arrangement = useArrangement(overview, positions);
  const { entries } = arrangement;
  const moves = useCanvasMoves(projectId, environmentId, arrangement);
  const context = useMemo(() => ({ projectId, canChange, go }), [projectId, canChange, go]);
  const listActions = useNodeActions(context);
  const actionsOf = useCallback(({ typeName, item }: CanvasEntry) => listActions(typeName, item), [listActions]);
  const [asked, setAsked] = useState<{ item: CanvasItem; action: NodeAction }>();
  const onAction = useStableCallback(({ item }: CanvasEntry, action: NodeAction) => {
    if (action.confirm === undefined) action.run();
    else setAsked({ item, action });
  });
  const flow = useRef<FlowInstance>(undefined);
  const onFitView = useStableCallback(() => void flow.current?.fitView({ maxZoom: 1, padding: 0.15 }));
  const askNew = useStableCallback(onNew);
  const onInit = useStableCallback((instance: FlowInstance) => {
    flow.current = instance;
  });
  const onOpen = useStableCallback((id: string) => {
    const entry = entries.find(({ item }) => item.id === id);
    if (entry !== undefined) go(nodeTypes[entry.typeName].addressOf(id));
  });
  const onDelete = useStableCallback((id: string) => {
    const entry = entries.find(({ item }) => item.id === id);
    const action = entry && actionsOf(entry).find((each) => each.id === 'delete');
    if (entry !== undefined && action !== undefined) onAction(entry, action);
  });
  useNodeCommands({ entries, actionsOf, onAction });
  useCanvasCommands({ canChange, moves, onNew: askNew, onFitView });
  useUndoKeys(moves, canChange);
  const open = findOpen(entries, search);
  const onClose = useStableCallback(() => {
    if (open !== undefined) go({});
  });
  return (
    <>
      <CanvasMenu
        entries={entries}
        actionsOf={actionsOf}
        onAction={onAction}
        canChange={canChange}
        moves={moves}
        onNew={askNew}
        onFitView={onFitView}
      >
        <FlowCanvas
          arrangement={arrangement}
          openId={open?.item.id}
          canMove={canChange}
          onOpen={onOpen}
          onClose={onClose}
          onDelete={onDelete}
          onMoved={moves.move}
          onInit={onInit}
        />
      </CanvasMenu>
      {canChange ? <CanvasToolbar moves={moves} onNew={onNew} /> : null}
      {open === undefined ? null : drawerOf(open)({ ...context, item: open.item, search })}
      <NodeConfirmation asked={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

const drawerOf = ({ typeName }: CanvasEntry): NodeType['drawer'] => nodeTypes[typeName].drawer;

function findOpen(entries: readonly CanvasEntry[], search: ProjectSearch): CanvasEntry | undefined {
  return entries.find(({ typeName, item }) => nodeTypes[typeName].idIn(search) === item.id);
}
