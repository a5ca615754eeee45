import { useEffect } from 'react';
import type { CanvasMoves } from './use-canvas-moves.ts';

/** Ctrl-Z undoes a move, Ctrl-Shift-Z and Ctrl-Y do it again (⌘ on a Mac); not where one types or in what lies above the canvas. */
export function useUndoKeys({ undo, redo }: Pick<CanvasMoves, 'undo' | 'redo'>, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
      const key = event.key.toLowerCase();
      const act = key === 'y' || (key === 'z' && event.shiftKey) ? redo : key === 'z' ? undo : undefined;
      if (act === undefined || isElsewhere(event.target)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [undo, redo, isOn]);
}

function isElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [data-owns-keys]') !==
      null
  );
}
