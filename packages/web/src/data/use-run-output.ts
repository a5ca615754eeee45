import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { createRunOutput, type Run, type RunOutput, type RunOutputState } from './run-output.ts';
import { shareRunOutput } from './shared-run-output.ts';

export type { Run } from './run-output.ts';

/** A run with all its steps, also those whose turn has not come. Kept up to date by {@link useRunOutput}. */
export function useRun(runId: string) {
  return useQuery({
    queryKey: queryKeys.run(runId),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: runId } }, signal })),
  });
}

const nothing: RunOutputState = {
  isKnown: false,
  lastLine: 0,
  steps: [],
  errorLine: null,
  isLive: true,
  version: 0,
};

export interface RunOutputView extends RunOutputState, Pick<RunOutput, 'line' | 'want' | 'subscribeLines'> {
  /** What the view is made of; undefined in the first moment. */
  source: RunOutput | undefined;
}

/**
 * The output of a run while the calling component is on the page; the run itself is followed as well. `onEnd` is called once with the run that has
 * ended while it was looked at.
 */
export function useRunOutput(runId: string): RunOutputView {
  const client = useQueryClient();
  const [output, setOutput] = useState<RunOutput>();
  useEffect(() => {
    const { output: shared, release } = shareRunOutput(runId, () =>
      createRunOutput(runId, (run: Run) => {
        client.setQueryData(queryKeys.run(runId), run);
        // The state of a deployment or stack update comes of that of its run.
        void client.invalidateQueries({ predicate: isOfRun(runId) });
      }),
    );
    setOutput(shared);
    return release;
  }, [client, runId]);
  const state = useSyncExternalStore(output?.subscribe ?? noSubscription, output?.state ?? (() => nothing));
  return {
    ...state,
    source: output,
    line: output?.line ?? noLine,
    want: output?.want ?? noop,
    subscribeLines: output?.subscribeLines ?? noSubscription,
  };
}

const noop = (): void => undefined;
const noLine = (): undefined => undefined;
const noSubscription = (): (() => void) => noop;

const isOfRun =
  (runId: string) =>
  ({ queryKey, state }: { queryKey: readonly unknown[]; state: { data: unknown } }): boolean =>
    (queryKey[0] === 'deployment' || queryKey[0] === 'stack-update') &&
    (state.data as { runId?: string } | undefined)?.runId === runId;

/** The address of the whole output as a file. */
export function runOutputDownload(runId: string): string {
  return `/v1/runs/${encodeURIComponent(runId)}/output/download`;
}
