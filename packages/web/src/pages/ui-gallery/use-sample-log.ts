import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogLine, LogSource } from '../../ui/log-viewer/index.ts';
import { sampleLine } from './sample-log.ts';

const PAGE = 500;
const DELAY = 80;

/** A source of made-up lines that come in pages and take their time, as they would from a server; `live` adds some every half second. */
export function useSampleLog(initialCount: number, live: boolean): LogSource {
  const pages = useRef(new Map<number, LogLine[] | 'asked'>());
  const [count, setCount] = useState(initialCount);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => setCount((old) => old + 7), 500);
    return () => clearInterval(timer);
  }, [live]);
  const requestRange = useCallback((from: number, to: number): void => {
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) {
      if (pages.current.has(page)) continue;
      pages.current.set(page, 'asked');
      setTimeout(() => {
        pages.current.set(
          page,
          Array.from({ length: PAGE }, (_, offset) => sampleLine(page * PAGE + offset)),
        );
        setVersion((old) => old + 1);
      }, DELAY);
    }
  }, []);
  const getLine = useCallback((index: number): LogLine | undefined => {
    const page = pages.current.get(Math.floor(index / PAGE));
    return page === undefined || page === 'asked' ? undefined : page[index % PAGE];
  }, []);
  return { lineCount: count, firstNumber: 1, getLine, requestRange, version, live };
}
