import type { KeyboardEvent, RefObject } from 'react';
import type { LineSelection, LogSearch, LogSource } from './log-source.ts';
import type { LogScroll } from './use-log-scroll.ts';

export interface LogKeyboard {
  scroll: LogScroll;
  source: LogSource;
  search: LogSearch | undefined;
  selection: LineSelection | undefined;
  onSelectionChange: ((selection: LineSelection) => void) | undefined;
  searchInput: RefObject<HTMLInputElement | null>;
}

/**
 * The keys of a log: Home and End, / to search, n and N through the matches, f to follow, j and k to choose a line (with Shift a range). Arrows and
 * Page Up and Down are the browser's own.
 */
export function useLogKeyboard(keyboard: LogKeyboard): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionOf(event.key, keyboard);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}

function actionOf(
  key: string,
  { scroll, source, search, selection, onSelectionChange, searchInput }: LogKeyboard,
): (() => void) | undefined {
  const last = source.firstNumber + source.lineCount - 1;
  const select = (step: 1 | -1, extend: boolean): (() => void) | undefined => {
    if (onSelectionChange === undefined || source.lineCount === 0) return undefined;
    return () => {
      const before = selection ?? {
        from: source.firstNumber + scroll.firstVisible() - step,
        to: source.firstNumber + scroll.firstVisible() - step,
      };
      const next = Math.max(source.firstNumber, Math.min(last, (step === 1 ? before.to : before.from) + step));
      if (!extend) onSelectionChange({ from: next, to: next });
      else onSelectionChange(step === 1 ? { from: before.from, to: next } : { from: next, to: before.to });
      scroll.reveal(next - source.firstNumber);
    };
  };
  const actions: Record<string, (() => void) | undefined> = {
    Home: () => scroll.reveal(0, true),
    End: () => scroll.follow(true),
    '/': search === undefined ? undefined : () => searchInput.current?.focus(),
    n: search === undefined ? undefined : () => search.onMove(1),
    N: search === undefined ? undefined : () => search.onMove(-1),
    f: () => scroll.follow(!scroll.following),
    j: select(1, false),
    k: select(-1, false),
    J: select(1, true),
    K: select(-1, true),
  };
  return Object.hasOwn(actions, key) ? actions[key] : undefined;
}
