import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type ServiceMetrics = Schemas['ServiceMetrics'];

/** What a service used and how it answered, again every 30 s. Another range takes the place of the one before when it is there. */
export function useMetrics(serviceId: string, range: ServiceMetrics['range']) {
  return useQuery({
    queryKey: queryKeys.metrics(serviceId, range),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/services/{id}/metrics', { params: { path: { id: serviceId }, query: { range } }, signal })),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}
