import { Cloud, LayoutGrid, Maximize, Plus, Redo2, Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  ContextMenu,
  ContextMenuContent,
  ContextMenuItem,
  ContextMenuLabel,
  ContextMenuSeparator,
  ContextMenuTrigger,
} from '../../../ui/context-menu.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { NewThing } from '../new-menu.tsx';
import type { NodeAction } from '../nodes/index.ts';
import type { CanvasEntry } from './arrangement.ts';
import type { CanvasMoves } from './use-canvas-moves.ts';

export interface CanvasMenuProps {
  entries: readonly CanvasEntry[];
  actionsOf: (entry: CanvasEntry) => readonly NodeAction[];
  onAction: (entry: CanvasEntry, action: NodeAction) => void;
  canChange: boolean;
  moves: CanvasMoves;
  onNew: (what: NewThing) => void;
  onFitView: () => void;
  /** The canvas. */
  children: ReactNode;
}

/** The menu of what is below the pointer: a node, or the canvas itself. */
export function CanvasMenu(props: CanvasMenuProps) {
  const { entries, actionsOf, onAction, children } = props;
  const [id, setId] = useState<string>();
  const entry = entries.find(({ item }) => item.id === id);
  return (
    // Not modal: a click elsewhere on the canvas closes it and counts, and a second right click opens that node's.
    <ContextMenu modal={false}>
      <ContextMenuTrigger asChild>
        <div
          className="absolute inset-0"
          onContextMenuCapture={({ target }) => {
            const node = target instanceof Element ? target.closest('.react-flow__node') : null;
            setId(node?.getAttribute('data-id') ?? undefined);
          }}
        >
          {children}
        </div>
      </ContextMenuTrigger>
      <ContextMenuContent>
        {entry === undefined ? (
          <PaneItems {...props} />
        ) : (
          <NodeItems entry={entry} actions={actionsOf(entry)} onAction={onAction} />
        )}
      </ContextMenuContent>
    </ContextMenu>
  );
}

interface NodeItemsProps extends Pick<CanvasMenuProps, 'onAction'> {
  entry: CanvasEntry;
  actions: readonly NodeAction[];
}

function NodeItems({ entry, actions, onAction }: NodeItemsProps) {
  return (
    <>
      <ContextMenuLabel>
        <UserText text={entry.item.name} />
      </ContextMenuLabel>
      {actions.map((action) => (
        <div key={action.id} role="none">
          {action.tone === 'danger' ? <ContextMenuSeparator /> : null}
          <ContextMenuItem
            icon={action.icon}
            disabled={action.isDisabled === true}
            {...(action.shortcut === undefined ? {} : { shortcut: action.shortcut })}
            {...(action.tone === undefined ? {} : { tone: action.tone })}
            onSelect={() => onAction(entry, action)}
          >
            {action.label}
          </ContextMenuItem>
        </div>
      ))}
    </>
  );
}

function PaneItems({ canChange, moves, onNew, onFitView }: CanvasMenuProps) {
  return (
    <>
      {canChange ? (
        <>
          <ContextMenuItem icon={<Plus aria-hidden />} onSelect={() => onNew('service')}>
            New service
          </ContextMenuItem>
          <ContextMenuItem icon={<Cloud aria-hidden />} onSelect={() => onNew('cloud-resource')}>
            New cloud resource
          </ContextMenuItem>
          <ContextMenuSeparator />
          <ContextMenuItem
            icon={<Undo2 aria-hidden />}
            shortcut="Ctrl Z"
            disabled={!moves.canUndo}
            onSelect={moves.undo}
          >
            Undo move
          </ContextMenuItem>
          <ContextMenuItem
            icon={<Redo2 aria-hidden />}
            shortcut="Ctrl Y"
            disabled={!moves.canRedo}
            onSelect={moves.redo}
          >
            Redo move
          </ContextMenuItem>
          <ContextMenuItem icon={<LayoutGrid aria-hidden />} disabled={!moves.canLayOut} onSelect={moves.layOut}>
            Lay out
          </ContextMenuItem>
        </>
      ) : null}
      <ContextMenuItem icon={<Maximize aria-hidden />} onSelect={onFitView}>
        Fit view
      </ContextMenuItem>
    </>
  );
}
