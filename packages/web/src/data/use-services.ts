import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { notifyFailure } from './notices.ts';
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

/** Asks for a run of a service, which is given by its id: the canvas and the drawer show what becomes of it. */
export function useServiceAction(projectId: string, action: ServiceAction) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn(serviceId: string): Promise<void> {
      const path = { id: serviceId };
      if (action === 'deploy') await deploy(serviceId);
      else if (action === 'restart') await unwrap(api.POST('/v1/services/{id}/restart', { params: { path } }));
      else await unwrap(api.POST('/v1/services/{id}/stop', { params: { path } }));
    },
    meta: { failure: failures[action] },
    onSettled: (_data, _error, serviceId) =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.service(serviceId) }),
        client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
      ]),
  });
}

/** Deletes a service, which is given by its id, and all that it made: a run does it. */
export function useDeleteService(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (serviceId: string) => unwrap(api.DELETE('/v1/services/{id}', { params: { path: { id: serviceId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}

export interface NewService {
  readonly body: Body<'createService'>;
  /** What its first deployment is made of, where that is no repository. */
  readonly uploadId?: string;
}

/** Makes a service and deploys it. A service that could not be deployed is there all the same: the reason is told. */
export function useCreateService(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ body, uploadId }: NewService): Promise<Service> {
      const service = await unwrap(
        api.POST('/v1/projects/{id}/services', { params: { path: { id: projectId } }, body }),
      );
      await deploy(service.id, uploadId).catch((error: unknown) =>
        notifyFailure('The service was made, but not deployed', error),
      );
      return service;
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}

async function deploy(serviceId: string, uploadId?: string): Promise<void> {
  const body = uploadId === undefined ? {} : { uploadId };
  await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path: { id: serviceId } }, body }));
}

/** Deploys an upload as the new version of a service. */
export function useDeployUpload(projectId: string, serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (uploadId: string) => deploy(serviceId, uploadId),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.service(serviceId) }),
        client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
      ]),
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
      await deploy(service.id, upload.id);
      return service;
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  });
}
