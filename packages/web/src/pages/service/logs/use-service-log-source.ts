import { useCallback, useMemo, useRef, useState } from 'react';
import { type LogFilter, type ServiceLogView, useServiceLog } from '../../../data/use-service-log.ts';
import { type LineAddress, linesOf } from '../../../line-address.ts';
import type { LineSelection, LogSource } from '../../../ui/log-viewer/index.ts';

export interface ServiceLogSource {
  log: ServiceLogView;
  source: LogSource;
  /** The lines that the address names, as the viewer counts. */
  selection: LineSelection | undefined;
  /** What the address calls a line that the viewer counts so. */
  lineOf: (viewerNumber: number) => number | undefined;
}

/** How close to the last loaded line the view may come before more is loaded. */
const NEAR = 200;

/** The logs of a service as a log viewer takes them. Lines are counted as they are loaded; `address` names them by the numbers that they have in all logs. */
export function useServiceLogSource(
  serviceId: string,
  filter: LogFilter,
  address: LineAddress | undefined,
): ServiceLogSource {
  const { from: line, to: lastLine } = address === undefined ? { from: undefined, to: undefined } : linesOf(address);
  // A click on a line that is loaded changes the address, and must not load everything anew.
  const [at, setAt] = useState(line);
  const log = useServiceLog(serviceId, filter, at);
  const { lines, firstIndex, hasOlder, isKnown, isLive, version, loadOlder, loadNewer } = log;
  const position = line === undefined ? -1 : indexOf(lines, line);
  // Between the two there may be lines that a filter hides, and the last may not be loaded yet.
  const lastPosition = lastLine === undefined ? -1 : firstAfter(lines, lastLine) - 1;
  const key = JSON.stringify(filter);
  const before = useRef({ line, key });
  if (before.current.line !== line || before.current.key !== key) {
    // Other lines are asked for: around the one that the address names, if it names one that is not here.
    const isOtherFilter = before.current.key !== key;
    before.current = { line, key };
    if (isKnown && at !== line && (isOtherFilter || (line !== undefined && position === -1))) setAt(line);
  }
  const getLine = useCallback((index: number) => lines[index], [lines]);
  const requestRange = useCallback(
    (_from: number, to: number) => {
      if (to >= lines.length - NEAR) loadNewer();
    },
    [lines, loadNewer],
  );
  const source = useMemo(
    (): LogSource => ({
      lineCount: lines.length,
      firstNumber: firstIndex,
      getLine,
      requestRange,
      version,
      live: isLive,
      hasOlder,
      requestOlder: loadOlder,
    }),
    [lines, firstIndex, getLine, requestRange, version, isLive, hasOlder, loadOlder],
  );
  const lineOf = useCallback((number: number) => lines[number - firstIndex]?.number, [lines, firstIndex]);
  const selection = useMemo(
    () => (position === -1 ? undefined : { from: firstIndex + position, to: firstIndex + lastPosition }),
    [firstIndex, position, lastPosition],
  );
  return { log, source, selection, lineOf };
}

type Numbered = readonly { number: number }[];

/** Of a line among ascending ones; -1 where it is not there. */
function indexOf(lines: Numbered, wanted: number): number {
  const index = firstAfter(lines, wanted) - 1;
  return lines[index]?.number === wanted ? index : -1;
}

/** Where among ascending lines those begin that come after a number. */
function firstAfter(lines: Numbered, number: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.number ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
