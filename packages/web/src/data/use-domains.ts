import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';

export type Domain = Schemas['Domain'];

/** The domains of a service, oldest first. */
export function useDomains(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.domains(serviceId),
    queryFn: ({ signal }) =>
      collectPages((query) =>
        unwrap(api.GET('/v1/services/{id}/domains', { params: { path: { id: serviceId }, query }, signal })),
      ),
  });
}

const askAgain = (client: QueryClient, serviceId: string) =>
  client.invalidateQueries({ queryKey: queryKeys.domains(serviceId) });

/** The form that sends it says why it was refused. */
export function useAddDomain(serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'createDomain'>) =>
      unwrap(api.POST('/v1/services/{id}/domains', { params: { path: { id: serviceId } }, body })),
    onSettled: () => askAgain(client, serviceId),
  });
}

export function useUpdateDomain(serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Body<'updateDomain'> & { id: string }) =>
      unwrap(api.PATCH('/v1/domains/{id}', { params: { path: { id } }, body })),
    meta: { failure: 'The domain was not changed' },
    onSettled: () => askAgain(client, serviceId),
  });
}

/** Queued; what it finds comes with the events of the project. */
export function useVerifyDomain(serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/v1/domains/{id}/verify', { params: { path: { id } } })),
    meta: { failure: 'The domain was not looked at' },
    onSettled: () => askAgain(client, serviceId),
  });
}

export function useRemoveDomain(serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/v1/domains/{id}', { params: { path: { id } } })),
    meta: { success: 'Domain removed' },
    onSettled: () => askAgain(client, serviceId),
  });
}
