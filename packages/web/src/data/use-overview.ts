import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Overview = Schemas['Overview'];
export type ServiceOverview = Schemas['ServiceOverview'];
export type CanvasPosition = Schemas['CanvasPosition'];

/** Everything that the canvas of an environment shows; undefined until it is known which environment. */
export function useOverview(projectId: string, environmentId: string | undefined) {
  return useQuery({
    queryKey: queryKeys.overview(projectId, environmentId ?? ''),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/projects/{id}/overview', {
          params: { path: { id: projectId }, query: environmentId === undefined ? {} : { environmentId } },
          signal,
        }),
      ),
    enabled: environmentId !== undefined,
    // Usage changes without an event; states are told of by the project's stream.
    refetchInterval: 30_000,
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
