import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Service = Schemas['Service'];
export type Example = Schemas['Example'];

/** What can be done to a service at any time, and begins a run. */
export type ServiceAction = 'deploy' | 'restart' | 'stop';

const failures: Record<ServiceAction, string> = {
  deploy: 'The service was not deployed',
  restart: 'The service was not restarted',
  stop: 'The service was not stopped',
};

export function useService(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.service(serviceId),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/services/{id}', { params: { path: { id: serviceId } }, signal })),
  });
}

export function useExamples() {
  return useQuery({
    queryKey: queryKeys.examples(),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/examples', { signal })),
    staleTime: 600_000,
  });
}

/** Asks for a run of a service: the canvas and the drawer show what becomes of it. */
export function useServiceAction(projectId: string, serviceId: string, action: ServiceAction) {
  const client = useQueryClient();
  const path = { id: serviceId };
  return useMutation({
    async mutationFn(): Promise<void> {
      if (action === 'deploy') await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path }, body: {} }));
      else if (action === 'restart') await unwrap(api.POST('/v1/services/{id}/restart', { params: { path } }));
      else await unwrap(api.POST('/v1/services/{id}/stop', { params: { path } }));
    },
    meta: { failure: failures[action] },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.service(serviceId) }),
        client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
      ]),
  });
}

/** Deletes a service and all that it made: a run does it. */
export function useDeleteService(projectId: string, serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/services/{id}', { params: { path: { id: serviceId } } })),
    meta: { failure: 'The service was not deleted' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}

/** Makes a service from a Git repository and deploys it. */
export function useCreateService(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn(body: Body<'createService'>): Promise<Service> {
      const service = await unwrap(
        api.POST('/v1/projects/{id}/services', { params: { path: { id: projectId } }, body }),
      );
      await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path: { id: service.id } }, body: {} }));
      return service;
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}

/** Makes a service from one of davit's examples and deploys it. */
export function useCreateFromExample(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ example, environmentId }: { example: Example; environmentId: string }): Promise<Service> {
      const upload = await unwrap(
        api.POST('/v1/examples/{name}/uploads', { params: { path: { name: example.name } } }),
      );
      const service = await unwrap(
        api.POST('/v1/projects/{id}/services', {
          params: { path: { id: projectId } },
          body: { name: example.name, environmentId, kind: example.kind, source: { type: 'upload', rootFolder: '' } },
        }),
      );
      const body = { uploadId: upload.id };
      await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path: { id: service.id } }, body }));
      return service;
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}
