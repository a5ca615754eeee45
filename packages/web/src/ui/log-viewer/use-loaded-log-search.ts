import { useEffect, useState } from 'react';
import { stripAnsi } from './ansi.ts';
import { collapseProgress } from './line-view.ts';
import type { LogSearch, LogSource } from './log-source.ts';
import { useMatchPosition } from './use-match-position.ts';

/** Lines a slice: a slice of ordinary lines takes a millisecond or two, so that typing and scrolling go on. */
const SLICE = 2_000;

/** A search over the lines that a source has loaded, in slices; for a source that is not loaded whole its owner asks the server. */
export function useLoadedLogSearch(source: LogSource): LogSearch {
  const [query, setQuery] = useState('');
  const [numbers, setNumbers] = useState<readonly number[]>([]);
  const [busy, setBusy] = useState(false);
  const { restart, ...position } = useMatchPosition(numbers);
  const { version } = source;
  useEffect(() => {
    setBusy(query !== '');
    if (query === '') {
      setNumbers([]);
      return undefined;
    }
    const needle = query.toLowerCase();
    const found: number[] = [];
    let index = 0;
    let timer = setTimeout(function slice() {
      const end = Math.min(source.lineCount, index + SLICE);
      for (; index < end; index += 1) {
        const line = source.getLine(index);
        if (line !== undefined && stripAnsi(collapseProgress(line.content)).toLowerCase().includes(needle))
          found.push(source.firstNumber + index);
      }
      if (index < source.lineCount) {
        timer = setTimeout(slice, 0);
        return;
      }
      setNumbers(found);
      setBusy(false);
    }, 120);
    return () => clearTimeout(timer);
    // The source is a new object at each rendering; `version` says when its lines are others.
    // oxlint-disable-next-line exhaustive-deps
  }, [query, version]);
  return {
    query,
    onQueryChange(next) {
      setQuery(next);
      restart();
    },
    matchCount: busy && numbers.length === 0 ? undefined : numbers.length,
    ...position,
    busy,
  };
}
