import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

export function useCanvas(projectId: string, environmentId: string | undefined) {
  return useQuery({
    queryKey: queryKeys.canvas(projectId, environmentId ?? ''),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId }, query: environmentId === undefined ? {} : { environmentId } },
          signal,
        }),
      ),
    enabled: environmentId !== undefined,
  });
}

/** Puts nodes somewhere for everybody; shown at once, taken back with the reason when it is refused. */
export function useMoveNodes(projectId: string, environmentId: string) {
  const client = useQueryClient();
  const key = queryKeys.canvas(projectId, environmentId);
  return useMutation({
    mutationKey: key,
    mutationFn: (positions: Body<'moveNodes'>['positions']) =>
      unwrap(
        api.PATCH('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId } },
          body: { environmentId, positions },
        }),
      ),
    meta: { failure: 'The nodes were not moved' },
    async onMutate(moved) {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Schemas['Canvas']>(key)?.positions ?? [];
      const ids = new Set(moved.map(({ nodeId }) => nodeId));
      client.setQueryData<Schemas['Canvas']>(key, (canvas) => ({ positions: withPlaces(canvas, ids, moved) }));
      return { ids, places: before.filter(({ nodeId }) => ids.has(nodeId)) };
    },
    // Only these nodes go back: others may have been moved meanwhile.
    onError(_error, _moved, context) {
      if (context === undefined) return;
      const { ids, places } = context;
      client.setQueryData<Schemas['Canvas']>(key, (canvas) => ({ positions: withPlaces(canvas, ids, places) }));
    },
    onSettled() {
      // An answer from before a move that is still under way would show the node where it was.
      if (client.isMutating({ mutationKey: key }) > 1) return undefined;
      return client.invalidateQueries({ queryKey: key });
    },
  });
}

function withPlaces(
  canvas: Schemas['Canvas'] | undefined,
  ids: ReadonlySet<string>,
  places: readonly CanvasPosition[],
): CanvasPosition[] {
  return [...(canvas?.positions ?? []).filter(({ nodeId }) => !ids.has(nodeId)), ...places];
}

/** Forgets where the nodes were put. */
export function useResetCanvas(projectId: string, environmentId: string) {
  const client = useQueryClient();
  const key = queryKeys.canvas(projectId, environmentId);
  return useMutation({
    mutationKey: key,
    mutationFn: () =>
      unwrap(
        api.DELETE('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId }, query: { environmentId } },
        }),
      ),
    meta: { failure: 'The canvas was not laid out again' },
    async onMutate() {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Schemas['Canvas']>(key);
      client.setQueryData<Schemas['Canvas']>(key, { positions: [] });
      return { before };
    },
    onError: (_error, _nothing, context) => client.setQueryData(key, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}
