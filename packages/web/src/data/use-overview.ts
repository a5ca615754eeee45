import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { takeEarly } from './early-answers.ts';
import { heardRuns } from './heard-runs.ts';
import { nextFrame } from './next-frame.ts';
import { mergeOverview, withoutUsage } from './overview-merge.ts';
import { queryKeys } from './query-keys.ts';
import { serviceUsages } from './service-usage.ts';

export type Overview = Schemas['Overview'];
export type ServiceOverview = Schemas['ServiceOverview'];
export type CloudResourceOverview = Schemas['CloudResourceOverview'];
export type CanvasPosition = Schemas['CanvasPosition'];

/** Usage changes without an event; states are told of by the project's stream. */
const USAGE_MS = 30_000;
/** The first usage comes after what does not wait for it was drawn. */
const FIRST_USAGE_MS = 2000;
/** When the usage of an environment was last asked for, in the milliseconds of `performance.now()`. */
const usageAskedAt = new Map<string, number>();

/** The text of the answer behind an overview without usage: the same text again need not be read. */
const answers = new WeakMap<Overview, string>();

/** What the page has asked for before it knew which environment is the first. */
async function takeEarlyOverview(projectId: string): Promise<Overview | undefined> {
  const answer = await takeEarly(`/v1/projects/${projectId}/overview?usage=false`);
  // One that breaks off is asked for again, as one that did not come.
  return (await answer?.json().catch(() => undefined)) as Overview | undefined;
}

async function askForOverview(
  projectId: string,
  environmentId: string,
  usage: boolean,
  signal: AbortSignal,
): Promise<string> {
  return await unwrap(
    api.GET('/v1/projects/{id}/overview', {
      params: { path: { id: projectId }, query: { environmentId, usage: usage ? 'true' : 'false' } },
      parseAs: 'text',
      signal,
    }),
  );
}

/** Everything that the canvas of an environment shows, but for usage (see serviceUsages); undefined until it is known which environment. */
export function useOverview(projectId: string, environmentId: string | undefined) {
  const client = useQueryClient();
  const id = environmentId ?? '';
  const queryKey = queryKeys.overview(projectId, id);
  return useQuery({
    queryKey,
    // Usage is half of the answer and most of the work: what only happened since is asked for without.
    async queryFn({ signal }) {
      const known = client.getQueryData<Overview>(queryKey);
      const now = performance.now();
      const usage = known !== undefined && now - (usageAskedAt.get(id) ?? Number.NEGATIVE_INFINITY) > USAGE_MS - 1000;
      const early = known === undefined ? await takeEarlyOverview(projectId) : undefined;
      if (early?.environmentId === id) {
        usageAskedAt.delete(id);
        return heardRuns.over(withoutUsage(early), 0);
      }
      const askedAt = performance.now();
      const text = await askForOverview(projectId, id, usage, signal);
      if (known !== undefined && answers.get(known) === text) return heardRuns.over(known, askedAt);
      // To take the answer of 200 services in, to read it, and to draw it: each is a good part of a frame's work.
      if (known !== undefined) await nextFrame();
      const fresh = JSON.parse(text) as Overview;
      if (usage) usageAskedAt.set(id, now);
      else if (known === undefined) usageAskedAt.delete(id);
      if (usage) serviceUsages.put(fresh.services.map(({ id, sparkline }) => [id, sparkline]));
      const before = client.getQueryData<Overview>(queryKey);
      const answer = withoutUsage(fresh);
      const merged = mergeOverview(before, heardRuns.over(answer, askedAt));
      if (before === undefined) return merged;
      await nextFrame();
      const last = client.getQueryData<Overview>(queryKey);
      const latest = heardRuns.over(merged, askedAt);
      const result = last === before ? latest : mergeOverview(last, latest);
      // One that knows more than the answer is not what the same answer would give again.
      if (!usage && heardRuns.over(answer, askedAt) === answer) answers.set(result, text);
      return result;
    },
    structuralSharing: false,
    enabled: environmentId !== undefined,
    refetchInterval: () => (usageAskedAt.has(id) ? USAGE_MS : FIRST_USAGE_MS),
  });
}

/** Where nodes were put by anybody, with the moves of this page that are still on their way. */
export function useCanvas(projectId: string, environmentId: string) {
  const key = queryKeys.canvas(projectId, environmentId);
  const { data } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId }, query: { environmentId } },
          signal,
        }),
      ),
  });
  // Laid over the answer instead of written into it: an answer from before a move would take the move back for a moment, and a move
  // that is refused takes only itself back.
  const pending = useMutationState({
    filters: { mutationKey: key, status: 'pending' },
    select: ({ state }) => state.variables as CanvasChange,
  });
  return useMemo(() => data && pending.reduce(withChange, data.positions), [data, pending]);
}

/** New places of some nodes; undefined forgets all places. */
type CanvasChange = readonly CanvasPosition[] | undefined;

function withChange(positions: readonly CanvasPosition[], change: CanvasChange): readonly CanvasPosition[] {
  if (change === undefined) return [];
  const ids = new Set(change.map(({ nodeId }) => nodeId));
  return [...positions.filter(({ nodeId }) => !ids.has(nodeId)), ...change];
}

function useCanvasChange(projectId: string, environmentId: string) {
  const client = useQueryClient();
  const key = queryKeys.canvas(projectId, environmentId);
  return {
    mutationKey: key,
    async onSuccess(_answer: unknown, change: CanvasChange): Promise<void> {
      // What was asked before the server knew of the change is not worth waiting for.
      await client.cancelQueries({ queryKey: key });
      client.setQueryData<Schemas['Canvas']>(key, (canvas) => ({
        positions: [...withChange(canvas?.positions ?? [], change)],
      }));
      void client.invalidateQueries({ queryKey: key });
    },
  };
}

/** Puts nodes somewhere for everybody; shown at once, taken back with the reason when it is refused. */
export function useMoveNodes(projectId: string, environmentId: string) {
  return useMutation({
    ...useCanvasChange(projectId, environmentId),
    mutationFn: (positions: Body<'moveNodes'>['positions']) =>
      unwrap(
        api.PATCH('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId } },
          body: { environmentId, positions },
        }),
      ),
    meta: { failure: 'The nodes were not moved' },
  });
}

/** Forgets where the nodes were put; shown at once, taken back with the reason when it is refused. */
export function useResetCanvas(projectId: string, environmentId: string) {
  return useMutation({
    ...useCanvasChange(projectId, environmentId),
    mutationFn: (_nothing: undefined) =>
      unwrap(
        api.DELETE('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId }, query: { environmentId } },
        }),
      ),
    meta: { failure: 'The canvas was not laid out again' },
  });
}
