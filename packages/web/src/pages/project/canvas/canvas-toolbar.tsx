import { LayoutGrid, Redo2, Undo2 } from 'lucide-react';
import { IconButton } from '../../../ui/icon-button.tsx';
import { NewMenu, type NewThing } from '../new-menu.tsx';
import type { CanvasMoves } from './use-canvas-moves.ts';

export interface CanvasToolbarProps {
  moves: CanvasMoves;
  onNew: (what: NewThing) => void;
}

/** For who may change the canvas. */
export function CanvasToolbar({ moves, onNew }: CanvasToolbarProps) {
  return (
    <div role="toolbar" aria-label="Canvas" className="absolute top-3 right-3 z-10 flex gap-2">
      <div className="flex rounded-md border border-line-strong bg-surface">
        <IconButton
          size="sm"
          className="size-7"
          label="Undo move"
          shortcut="Ctrl Z"
          icon={<Undo2 aria-hidden />}
          disabled={!moves.canUndo}
          onClick={moves.undo}
        />
        <IconButton
          size="sm"
          className="size-7"
          label="Redo move"
          shortcut="Ctrl Y"
          icon={<Redo2 aria-hidden />}
          disabled={!moves.canRedo}
          onClick={moves.redo}
        />
        <IconButton
          size="sm"
          className="size-7"
          label="Lay out"
          icon={<LayoutGrid aria-hidden />}
          disabled={!moves.canLayOut}
          onClick={moves.layOut}
        />
      </div>
      <NewMenu onNew={onNew} />
    </div>
  );
}
