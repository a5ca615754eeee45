import { createStackProgress, type StackProgress } from '@davit/api/browser';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { api, unwrap } from './api-client.ts';
import { createStackProgressFeed, type ReadEvents, type StackProgressFeed } from './stack-progress-feed.ts';
import { useRunOutput } from './use-run-output.ts';

/** Another object with every event. */
export interface StackProgressView {
  /** Changes in place: another object only with another run. */
  readonly progress: StackProgress;
  /** 0 until those of before are there. */
  readonly version: number;
}

/** Every event is JSON that begins so. */
const EVENT_TEXT = '{"type":"';

const readEventsOf =
  (runId: string): ReadEvents =>
  async (after, signal) => {
    const query = { after, limit: 5000, search: EVENT_TEXT };
    const { lines, nextCursor } = await unwrap(
      api.GET('/v1/runs/{id}/output', { params: { path: { id: runId }, query }, signal }),
    );
    return {
      lines: lines.map(({ seq, step, ...line }) => ({ ...line, number: seq, label: step })),
      next: nextCursor,
    };
  };

/** The resources of a stack as the run changes them, live while the calling component is on the page. */
export function useStackProgress(runId: string): StackProgressView {
  const { source } = useRunOutput(runId);
  const [feed, setFeed] = useState<StackProgressFeed>();
  useEffect(() => {
    if (source === undefined) return undefined;
    const made = createStackProgressFeed(source, readEventsOf(runId));
    setFeed(made);
    return () => made.stop();
  }, [source, runId]);
  const version = useSyncExternalStore(feed?.subscribe ?? noSubscription, feed?.version ?? zero);
  const nothing = useMemo(createStackProgress, []);
  const progress = feed?.progress ?? nothing;
  return useMemo(() => ({ progress, version }), [progress, version]);
}

const zero = (): number => 0;
const noSubscription = (): (() => void) => () => undefined;
