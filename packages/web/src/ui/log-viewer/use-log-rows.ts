import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { SHOW_ALL } from './line-content.ts';
import type { RowContent, RowShape } from './log-row.ts';
import { createLogRows, type LogRows } from './log-rows.ts';
import type { LogView } from './log-scroller.ts';

/** What the rows of a log show, as React knows it now. */
export interface LogDrawing {
  readonly firstNumber: number;
  readonly shape: RowShape;
  readonly contentOf: (number: number) => RowContent;
  /** The number of a line was clicked. */
  readonly onNumber: ((event: MouseEvent, number: number) => void) | undefined;
  /** All of a long line was asked for. */
  readonly onShowWhole: (number: number) => void;
  /** The row that had the focus goes. */
  readonly onFocusLost: () => void;
}

export interface DrawnRows {
  /** What the rows are put into. */
  container: RefObject<HTMLDivElement | null>;
  draw: (view: LogView) => [index: number, height: number][] | undefined;
  /** To be called when nothing moves: puts in order what was left to be done then. */
  settle: () => void;
}

/** Rows that are drawn without React, and what clicks in them do. */
export function useLogRows(drawing: LogDrawing): DrawnRows {
  const latest = useRef(drawing);
  latest.current = drawing;
  const container = useRef<HTMLDivElement>(null);
  const rows = useRef<LogRows>(undefined);

  useEffect(() => {
    const element = container.current;
    if (element === null) return undefined;
    const onClick = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const number = Number(target?.closest<HTMLElement>('[data-line]')?.dataset['line']);
      if (Number.isNaN(number)) return;
      if (target?.closest('a') != null) latest.current.onNumber?.(event, number);
      else if (target?.closest(`[${SHOW_ALL}]`) != null) latest.current.onShowWhole(number);
    };
    // What is marked from here on is marked in the order in which it is seen.
    const onPress = (): void => rows.current?.sort();
    element.addEventListener('click', onClick);
    element.addEventListener('pointerdown', onPress);
    return () => {
      element.removeEventListener('click', onClick);
      element.removeEventListener('pointerdown', onPress);
    };
  }, []);

  const { wrap } = drawing.shape;
  useLayoutEffect(() => {
    if (container.current !== null) container.current.style.minWidth = '';
  }, [wrap]);

  const draw = useCallback(({ from, to, top, isJump }: LogView) => {
    if (container.current === null) return undefined;
    rows.current ??= createLogRows(container.current, () => latest.current.onFocusLost());
    const { firstNumber, shape, contentOf } = latest.current;
    rows.current.draw({ from: firstNumber + from, to: firstNumber + to, top, isJump }, shape, contentOf);
    if (!shape.wrap) return undefined;
    return rows.current.heights().map(([number, height]): [number, number] => [number - firstNumber, height]);
  }, []);

  const settle = useCallback(() => {
    const element = container.current;
    const box = element?.parentElement?.parentElement;
    if (element === null || box == null) return;
    // All rows as wide as the longest, so that the ground of each reaches as far as one can scroll sideways. Not in each frame: it is asked of the layout.
    if (!latest.current.shape.wrap && box.scrollWidth > box.clientWidth)
      element.style.minWidth = `${box.scrollWidth}px`;
    rows.current?.sort();
  }, []);
  return { container, draw, settle };
}
