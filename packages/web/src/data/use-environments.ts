import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Environment = Schemas['Environment'];

/** The environments of a project, its first one first. */
export function useEnvironments(projectId: string) {
  return useQuery({
    queryKey: queryKeys.environments(projectId),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/projects/{id}/environments', { params: { path: { id: projectId } }, signal })),
    staleTime: 60_000,
  });
}

function useRefresh(projectId: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.environments(projectId) }),
      client.invalidateQueries({ queryKey: queryKeys.project(projectId), exact: true }),
      client.invalidateQueries({ queryKey: queryKeys.projects() }),
    ]);
}

export function useCreateEnvironment(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (body: Body<'createEnvironment'>) =>
      unwrap(api.POST('/v1/projects/{id}/environments', { params: { path: { id: projectId } }, body })),
    onSettled: refresh,
  });
}

/** Renames an environment (the addresses of its services stay as they are), or changes how its cloud resources are guarded. */
export function useUpdateEnvironment(projectId: string, environmentId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (body: Body<'updateEnvironment'>) =>
      unwrap(
        api.PATCH('/v1/projects/{id}/environments/{environmentId}', {
          params: { path: { id: projectId, environmentId } },
          body,
        }),
      ),
    onSettled: refresh,
  });
}

/** Deletes an environment and all its services: a run does it, and the environment is gone once that is done. */
export function useDeleteEnvironment(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (environmentId: string) =>
      unwrap(
        api.DELETE('/v1/projects/{id}/environments/{environmentId}', {
          params: { path: { id: projectId, environmentId }, query: { cascade: 'true' } },
        }),
      ),
    meta: { success: 'The environment is being deleted' },
    onSettled: refresh,
  });
}
