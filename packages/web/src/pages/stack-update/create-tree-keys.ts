import type { KeyboardEvent } from 'react';
import type { StackTreeRow } from '../../data/stack-progress.ts';

export interface TreeKeysOptions {
  rows: readonly StackTreeRow[];
  /** The row that has the tab stop. */
  active: number;
  isCollapsed: (urn: string) => boolean;
  onActivate: (index: number) => void;
  onToggle: (urn: string) => void;
  onOpen: (row: StackTreeRow) => void;
}

/** The keys of a tree. @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/ */
export function createTreeKeys({ rows, active, isCollapsed, onActivate, onToggle, onOpen }: TreeKeysOptions) {
  const row = rows[active];
  const last = rows.length - 1;

  function right(): void {
    if (row === undefined || row.childCount === 0) return;
    if (isCollapsed(row.resource.urn)) onToggle(row.resource.urn);
    else onActivate(active + 1);
  }

  function left(): void {
    if (row === undefined) return;
    if (row.childCount > 0 && !isCollapsed(row.resource.urn)) return onToggle(row.resource.urn);
    const parent = rows.findLastIndex(({ depth }, index) => index < active && depth < row.depth);
    if (parent >= 0) onActivate(parent);
  }

  const acts: Readonly<Record<string, () => void>> = {
    ArrowDown: () => onActivate(Math.min(last, active + 1)),
    ArrowUp: () => onActivate(Math.max(0, active - 1)),
    Home: () => onActivate(0),
    End: () => onActivate(last),
    ArrowRight: right,
    ArrowLeft: left,
    Enter: () => (row === undefined ? undefined : onOpen(row)),
    ' ': () => (row === undefined || row.childCount === 0 ? undefined : onToggle(row.resource.urn)),
  };

  return (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}
