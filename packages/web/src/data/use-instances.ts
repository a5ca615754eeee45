import { useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Instance = Schemas['Instance'];

/** The instances of a service, with what they use. Their states have no event each, so they are asked for again and again. */
export function useInstances(serviceId: string) {
  return useQuery({
    queryKey: queryKeys.instances(serviceId),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/services/{id}/instances', { params: { path: { id: serviceId } }, signal })),
    refetchInterval: 5000,
  });
}
