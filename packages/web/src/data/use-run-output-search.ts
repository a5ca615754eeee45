import { useEffect, useRef, useState } from 'react';
import { api, unwrap } from './api-client.ts';
import { pause } from './pause.ts';

export interface OutputSearchResult {
  /** The numbers of the lines that match, ascending. */
  readonly numbers: readonly number[];
  readonly busy: boolean;
  /** There are more than were counted. */
  readonly more: boolean;
}

const none: OutputSearchResult = { numbers: [], busy: false, more: false };
/** Nobody goes through more of them; who must, downloads. */
const MATCHES_AT_MOST = 10_000;
/** After a letter was typed. */
const TYPING_MS = 200;
const LIVE_MS = 1000;
const RETRY_MS = 2000;

/** Looks for a text in all lines of a run (or of one step), on the server, and goes on in new ones. Case does not matter. */
export function useRunOutputSearch(
  runId: string,
  step: string | undefined,
  query: string,
  lastLine: number,
): OutputSearchResult {
  const [result, setResult] = useState(none);
  const last = useRef(lastLine);
  last.current = lastLine;
  useEffect(() => {
    if (query === '') {
      setResult(none);
      return undefined;
    }
    const over = new AbortController();
    setResult({ ...none, busy: true });
    void search({
      runId,
      step,
      query,
      signal: over.signal,
      last: () => last.current,
      onResult: (found) => {
        if (!over.signal.aborted) setResult(found);
      },
    });
    return () => over.abort();
  }, [runId, step, query]);
  return result;
}

interface Search {
  runId: string;
  step: string | undefined;
  query: string;
  signal: AbortSignal;
  last: () => number;
  onResult: (result: OutputSearchResult) => void;
}

async function search({ runId, step, query, signal, last, onResult }: Search): Promise<void> {
  const numbers: number[] = [];
  let after = 0;
  await pause(TYPING_MS, signal);
  while (!signal.aborted) {
    const known = last();
    try {
      const page = await unwrap(
        api.GET('/v1/runs/{id}/output', {
          params: {
            path: { id: runId },
            query: { after, limit: 5000, search: query, ...(step === undefined ? {} : { step }) },
          },
          signal,
        }),
      );
      for (const { seq } of page.lines) if (seq > (numbers.at(-1) ?? 0)) numbers.push(seq);
      const isFull = numbers.length >= MATCHES_AT_MOST;
      const isDone = page.nextCursor === null;
      onResult({ numbers: numbers.slice(0, MATCHES_AT_MOST), busy: !isDone && !isFull, more: isFull && !isDone });
      if (isFull) return;
      after = page.nextCursor ?? Math.max(after, known, numbers.at(-1) ?? 0);
      if (!isDone) continue;
    } catch {
      await pause(RETRY_MS, signal);
      continue;
    }
    while (!signal.aborted && last() <= after) await pause(LIVE_MS, signal);
  }
}
