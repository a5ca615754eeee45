import { useCallback, useMemo, useState } from 'react';
import { type RunOutputView, useRunOutput } from '../../data/use-run-output.ts';
import { useRunOutputSearch } from '../../data/use-run-output-search.ts';
import { type LogLine, type LogSearch, type LogSource, useMatchPosition } from '../../ui/log-viewer/index.ts';

export interface RunLog {
  output: RunOutputView;
  source: LogSource;
  search: LogSearch;
  /** Where the failure begins, if that is among the lines shown. */
  errorLine: number | null;
}

const asItIs = (line: LogLine): LogLine => line;

/**
 * The output of a run as a log viewer takes it: all of it, or the lines of one step. Lines keep the numbers that they have in the whole.
 * `present` words a line otherwise, and gives the same object for the same line.
 */
export function useRunLog(
  runId: string,
  step: string | undefined,
  present: (line: LogLine) => LogLine = asItIs,
): RunLog {
  const output = useRunOutput(runId);
  const { line, want, version, lastLine, isLive, steps, subscribeLines } = output;
  const part = step === undefined ? { first: 1, last: lastLine } : steps.find(({ name }) => name === step);
  const first = part?.first ?? 1;
  const last = part?.last ?? 0;
  const getLine = useCallback(
    (index: number) => {
      const found = line(first + index);
      return found === undefined ? undefined : present(found);
    },
    [line, first, present],
  );
  const requestRange = useCallback((from: number, to: number) => want(first + from, first + to - 1), [want, first]);
  const source = useMemo(
    (): LogSource => ({
      lineCount: last - first + 1,
      firstNumber: first,
      getLine,
      requestRange,
      version,
      subscribe: subscribeLines,
      live: isLive,
    }),
    [last, first, getLine, requestRange, version, subscribeLines, isLive],
  );
  const [query, setQuery] = useState('');
  const { numbers, busy, more } = useRunOutputSearch(runId, step, query, lastLine);
  const { restart, ...position } = useMatchPosition(numbers);
  const { errorLine } = output;
  return {
    output,
    source,
    search: {
      query,
      onQueryChange(next) {
        setQuery(next);
        restart();
      },
      matchCount: busy && numbers.length === 0 ? undefined : numbers.length,
      more: more || busy,
      busy,
      ...position,
    },
    errorLine: errorLine !== null && errorLine >= first && errorLine <= last ? errorLine : null,
  };
}
