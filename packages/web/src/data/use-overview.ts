import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Overview = Schemas['Overview'];
export type ServiceOverview = Schemas['ServiceOverview'];
export type CanvasPosition = Schemas['CanvasPosition'];

/** The environments of a project, its first one first. */
export function environmentsQuery(projectId: string) {
  return queryOptions({
    queryKey: [...queryKeys.project(projectId), 'environments'] as const,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/projects/{id}/environments', { params: { path: { id: projectId } }, signal })),
    staleTime: 60_000,
  });
}

export function useEnvironments(projectId: string) {
  return useQuery(environmentsQuery(projectId));
}

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
      const before = client.getQueryData<Schemas['Canvas']>(key);
      const ids = new Set(moved.map(({ nodeId }) => nodeId));
      const kept = before?.positions.filter(({ nodeId }) => !ids.has(nodeId)) ?? [];
      client.setQueryData<Schemas['Canvas']>(key, { positions: [...kept, ...moved] });
      return { before };
    },
    onError: (_error, _moved, context) => client.setQueryData(key, context?.before),
  });
}

/** Forgets where the nodes were put. */
export function useResetCanvas(projectId: string, environmentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/v1/projects/{id}/canvas', {
          params: { path: { id: projectId }, query: { environmentId } },
        }),
      ),
    meta: { failure: 'The canvas was not laid out again' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.canvas(projectId, environmentId) }),
  });
}
