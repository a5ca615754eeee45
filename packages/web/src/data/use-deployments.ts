import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Deployment = Schemas['Deployment'];
export type RollbackCandidate = Schemas['RollbackCandidate'];
export type BuildReport = Schemas['BuildReport'];
export type BuildSummary = Schemas['BuildSummary'];
/** Whether a deployment is still on its way. */
export function isUnderWay({ status }: Pick<Deployment, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

/** The newest deployments of a service. */
export function useDeployments(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.deployments(serviceId),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/services/{id}/deployments', {
          params: { path: { id: serviceId }, query: { limit: 50 } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? 2000 : false),
  });
}

/** One deployment with its steps. */
export function useDeployment(deploymentId: string) {
  return useQuery({
    queryKey: queryKeys.deployment(deploymentId),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/deployments/{id}', { params: { path: { id: deploymentId } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? 1000 : false),
  });
}

/** What the newest builds of a service took. */
export function useBuilds(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.builds(serviceId),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/v1/services/{id}/builds', { params: { path: { id: serviceId }, query: { limit: 20 } }, signal }),
      ),
  });
}

/** The deployments that a rollback can go to. */
export function useRollbackCandidates(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.rollbackCandidates(serviceId),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/services/{id}/rollback-candidates', { params: { path: { id: serviceId } }, signal })),
  });
}

/** What a deployment now would change against what serves. */
export function useServiceChanges(serviceId: string, enabled: boolean) {
  return useQuery({
    queryKey: queryKeys.changes(serviceId),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/services/{id}/changes', { params: { path: { id: serviceId } }, signal })),
    enabled,
  });
}

function useChange<Answer>(serviceId: string, failure: string, change: (deploymentId: string) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    meta: { failure },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.service(serviceId) }),
  });
}

export function useCancelDeployment(serviceId: string) {
  return useChange(serviceId, 'The deployment was not canceled', (id) =>
    unwrap(api.POST('/v1/deployments/{id}/cancel', { params: { path: { id } } })),
  );
}

export function useRollback(serviceId: string) {
  return useChange(serviceId, 'The service was not rolled back', (deploymentId) =>
    unwrap(
      api.POST('/v1/services/{id}/rollback/{deploymentId}', { params: { path: { id: serviceId, deploymentId } } }),
    ),
  );
}

/** Deploys a commit again, with the variables and settings of today. */
export function useRedeploy(serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (commit: string) =>
      unwrap(
        api.POST('/v1/services/{id}/deploy', {
          params: { path: { id: serviceId } },
          body: { reference: { commit } },
        }),
      ),
    meta: { failure: 'The commit was not deployed' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.service(serviceId) }),
  });
}
