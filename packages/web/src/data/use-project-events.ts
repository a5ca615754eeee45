import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followEvents, type StreamState } from './event-stream.ts';
import { parseProjectChange } from './project-change.ts';
import { createProjectUpdates } from './project-updates.ts';
import { queryKeys } from './query-keys.ts';

/** How the page learns of changes: `polling` where something in between lets no stream through. */
export type LiveState = 'connecting' | 'live' | 'polling';

const POLL_MS = 5000;
const STATES: Record<StreamState, LiveState> = { open: 'live', lost: 'connecting', blocked: 'polling' };

/**
 * Keeps all that is known of a project as it is on the server, for as long as the calling component is on the page. Call it once,
 * in the project's page; everything below sees the changes in its own queries.
 */
export function useProjectEvents(projectId: string): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const over = new AbortController();
    const updates = createProjectUpdates({ client, projectId });
    let wasOpen = false;
    const following = followEvents({
      path: `/v1/projects/${encodeURIComponent(projectId)}/events`,
      signal: over.signal,
      onEvent({ event, data }) {
        if (event === 'reset') updates.reset();
        const change = event === 'changed' ? parseProjectChange(data) : undefined;
        if (change !== undefined) updates.apply(change);
      },
      onState(next) {
        // Answers from before the stream was open, and those of polling, may have missed a change. A stream that goes on has not.
        if (next === 'blocked') wasOpen = false;
        if (next === 'open' && !wasOpen) updates.reset();
        wasOpen ||= next === 'open';
        setState(STATES[next]);
      },
    });
    // Refused: no such project, or no right to it. The page's own queries say which.
    following.catch(() => client.invalidateQueries({ queryKey: queryKeys.project(projectId), exact: true }));
    return () => {
      over.abort();
      updates.stop();
    };
  }, [client, projectId]);

  useEffect(() => {
    if (state !== 'polling') return undefined;
    const timer = setInterval(() => {
      void client.invalidateQueries({ queryKey: queryKeys.project(projectId) });
      void client.invalidateQueries({ queryKey: queryKeys.services() });
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [state, client, projectId]);

  return state;
}
