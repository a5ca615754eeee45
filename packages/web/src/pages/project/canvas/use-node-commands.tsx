import { Cloud, LayoutGrid, Maximize, Plus, Redo2, Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import { type Command, useCommands } from '../../command-palette/index.ts';
import type { NewThing } from '../new-menu.tsx';
import type { NodeAction } from '../nodes/index.ts';
import type { CanvasEntry } from './arrangement.ts';
import type { CanvasMoves } from './use-canvas-moves.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface NodeCommandsOptions {
  readonly entries: readonly CanvasEntry[];
  readonly actionsOf: (entry: CanvasEntry) => readonly NodeAction[];
  readonly onAction: (entry: CanvasEntry, action: NodeAction) => void;
}

/** Every node in the command palette: its first action under its own name, the others once they are searched for. */
export function useNodeCommands({ entries, actionsOf, onAction }: NodeCommandsOptions): void {
  // Made when the palette is opened: 1,000 of them for each change of one of 200 services would cost more than the change.
  const list = useStableCallback((): readonly Command[] =>
    entries.flatMap((entry) => {
      const { item, type } = entry;
      return actionsOf(entry)
        .filter(({ isDisabled }) => isDisabled !== true)
        .map(
          (action, index): Command => ({
            id: `${item.id}:${action.id}`,
            title: index === 0 ? item.name : `${action.label.replace('…', '')}: ${item.name}`,
            group: index === 0 ? type.group : 'Actions',
            icon: action.icon,
            ...(index === 0 ? { detail: item.label.split(', ').at(-1) ?? '' } : { isOnlyFound: true }),
            run: () => onAction(entry, action),
          }),
        );
    }),
  );
  useCommands(list);
}

export interface CanvasCommandsOptions {
  readonly canChange: boolean;
  readonly moves: CanvasMoves;
  readonly onNew: (what: NewThing) => void;
  readonly onFitView: () => void;
}

/** What can be done to the canvas itself, in the command palette. */
export function useCanvasCommands({ canChange, moves, onNew, onFitView }: CanvasCommandsOptions): void {
  const { undo, redo, layOut, canUndo, canRedo, canLayOut } = moves;
  const commands = useMemo((): readonly Command[] => {
    const fit: Command = {
      id: 'canvas:fit',
      title: 'Fit view',
      group: 'Actions',
      icon: <Maximize aria-hidden />,
      keywords: ['zoom', 'canvas'],
      run: onFitView,
    };
    if (!canChange) return [fit];
    const action = (id: string, title: string, icon: Command['icon'], run: () => void, shortcut?: string): Command => ({
      id: `canvas:${id}`,
      title,
      group: 'Actions',
      icon,
      run,
      ...(shortcut === undefined ? {} : { shortcut }),
    });
    return [
      action('new', 'New service', <Plus aria-hidden />, () => onNew('service')),
      action('new-resource', 'New cloud resource', <Cloud aria-hidden />, () => onNew('cloud-resource')),
      ...(canUndo ? [action('undo', 'Undo move', <Undo2 aria-hidden />, undo, 'Ctrl Z')] : []),
      ...(canRedo ? [action('redo', 'Redo move', <Redo2 aria-hidden />, redo, 'Ctrl Y')] : []),
      ...(canLayOut ? [action('layout', 'Lay out', <LayoutGrid aria-hidden />, layOut)] : []),
      fit,
    ];
  }, [canChange, onNew, onFitView, undo, redo, layOut, canUndo, canRedo, canLayOut]);
  useCommands(commands);
}
