import { assignRows } from './assign-rows.ts';
import { createLogRow, type LogRow, type RowContent, type RowShape } from './log-row.ts';
import { atTop, moveRows } from './log-window.ts';

/** The lines to draw, by number; `to` is not included. */
export interface DrawnLines {
  readonly from: number;
  readonly to: number;
  /** Pixels from the top of the scrolled element to the first. */
  readonly top: number;
  /** What is seen now is gone in the next frame. */
  readonly isJump: boolean;
}

/** The rows of a log, which show whatever part of it is in view. */
export interface LogRows {
  draw: (lines: DrawnLines, shape: RowShape, contentOf: (number: number) => RowContent) => void;
  /** Puts the rows into the order of their lines, for whoever reads or selects them. */
  sort: () => void;
  /** The heights of the rows by their lines' numbers. Makes the browser lay them out. */
  heights: () => [number: number, height: number][];
}

/** The height of a line that is not wrapped, in pixels: the line height of the rows' style. */
export const LINE_HEIGHT = 18;

/**
 * Draws rows into an element, without React: a frame of scrolling changes some texts and their places. Lines that do not wrap are put in their place
 * one by one, so that a row that left at the top comes in at the bottom without being taken out of the page, which would make the browser
 * build it anew (measured: half of a frame). The page then has rows in another order than they are seen, until {@link LogRows.sort} is called.
 * `onFocusLost` is called when a row that has the focus goes.
 */
export function createLogRows(container: HTMLElement, onFocusLost: () => void): LogRows {
  let shape: RowShape | undefined;
  let from = 0;
  let rows: readonly LogRow[] = [];
  let spare: LogRow[] = [];
  let place = atTop;

  function take(next: RowShape, mayReuse: boolean): LogRow {
    return (mayReuse ? spare.pop() : undefined) ?? createLogRow(next);
  }

  function remove(gone: readonly LogRow[]): void {
    for (const { element } of gone) {
      if (element.contains(document.activeElement)) onFocusLost();
      element.remove();
    }
  }

  function reshape(next: RowShape): void {
    if (shape !== undefined && isSameShape(shape, next)) return;
    remove(rows);
    rows = [];
    spare = [];
    place = atTop;
    container.style.paddingTop = '';
    shape = next;
  }

  function sort(): void {
    let at = container.firstElementChild;
    for (const { element } of rows) {
      if (element === at) at = at.nextElementSibling;
      else container.insertBefore(element, at);
    }
  }

  function placeRows(top: number, wrap: boolean, isJump: boolean): void {
    const next = moveRows(place, top, isJump);
    if (next.shift !== place.shift) container.style.transform = `translateY(${next.shift}px)`;
    if (wrap) container.style.paddingTop = `${next.room}px`;
    else for (const [index, row] of rows.entries()) row.placeAt(next.room + index * LINE_HEIGHT);
    place = next;
  }

  return {
    draw(lines, nextShape, contentOf) {
      reshape(nextShape);
      const inUse = isInUse(container);
      const use = inUse ? 'keep' : lines.isJump ? 'exchange' : 'turn';
      const { rows: next, left } = assignRows({ from, rows }, lines.from, lines.to, use, () => take(nextShape, !inUse));
      remove(left);
      // What had the focus may have more of it than the page knows.
      if (!inUse) spare.push(...left);
      rows = next;
      from = lines.from;
      for (const [index, row] of rows.entries()) row.show(contentOf(from + index));
      placeRows(lines.top, nextShape.wrap, lines.isJump);
      if (inUse || nextShape.wrap) sort();
      else for (const { element } of rows) if (element.parentNode !== container) container.append(element);
    },
    sort,
    heights: () =>
      rows.map(({ element }, index): [number, number] => [from + index, element.getBoundingClientRect().height]),
  };
}

function isSameShape(one: RowShape, other: RowShape): boolean {
  return (Object.keys(one) as (keyof RowShape)[]).every((key) => one[key] === other[key]);
}

/** Whether something in the rows is selected or has the focus. */
function isInUse(container: HTMLElement): boolean {
  const selection = document.getSelection();
  const isSelected = selection !== null && !selection.isCollapsed && selection.containsNode(container, true);
  return isSelected || container.contains(document.activeElement);
}
