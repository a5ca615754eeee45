import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import type { Service } from './use-services.ts';

export type ServiceChange = Body<'updateService'>;
export type Scale = Body<'scaleService'>;

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const REPLACED_WHOLE = new Set(['processes', 'responseHeaders']);

/** As the server merges a change of settings: one level deep for groups, maps of free names whole. */
function withChange(service: Service, { sourceCredential, settings = {}, ...rest }: ServiceChange): Service {
  const merged = Object.entries(settings).map(([name, value]) => {
    const before = service.settings[name as keyof Service['settings']];
    return [name, isGroup(value) && isGroup(before) && !REPLACED_WHOLE.has(name) ? { ...before, ...value } : value];
  });
  return {
    ...service,
    ...(rest as Partial<Service>),
    ...(sourceCredential === undefined ? {} : { hasSourceCredential: sourceCredential !== null }),
    settings: { ...service.settings, ...(Object.fromEntries(merged) as Partial<Service['settings']>) },
  };
}

async function showAtOnce(client: QueryClient, serviceId: string, change: ServiceChange) {
  const queryKey = queryKeys.service(serviceId);
  await client.cancelQueries({ queryKey, exact: true });
  const before = client.getQueryData<Service>(queryKey);
  if (before !== undefined) client.setQueryData<Service>(queryKey, withChange(before, change));
  return { before };
}

function askAgain(client: QueryClient, projectId: string, serviceId: string): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: queryKeys.service(serviceId), exact: true }),
    client.invalidateQueries({ queryKey: queryKeys.changes(serviceId) }),
    client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
  ]);
}

/** Changes a service; shown at once, taken back when it is refused. The form that sends it says why. */
export function useUpdateService(projectId: string, serviceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ServiceChange) =>
      unwrap(api.PATCH('/v1/services/{id}', { params: { path: { id: serviceId } }, body })),
    onMutate: (change) => showAtOnce(client, serviceId, change),
    onError: (_error, _change, context) => client.setQueryData(queryKeys.service(serviceId), context?.before),
    onSettled: () => askAgain(client, projectId, serviceId),
  });
}

/**
 * Changes how many instances run, at once and without a deployment. Of a service that does not run it is kept for when it does.
 * Shown at once, taken back with the reason when it is refused.
 */
export function useScaleService(projectId: string, service: Service) {
  const client = useQueryClient();
  const path = { id: service.id };
  const runs = service.activeReleaseId !== null && service.desiredState === 'running';
  return useMutation({
    async mutationFn(scale: Scale): Promise<void> {
      if (runs) await unwrap(api.POST('/v1/services/{id}/scale', { params: { path }, body: scale }));
      else await unwrap(api.PATCH('/v1/services/{id}', { params: { path }, body: { settings: scale } }));
    },
    meta: { failure: 'The service was not scaled' },
    onMutate: (scale) => showAtOnce(client, service.id, { settings: scale }),
    onError: (_error, _scale, context) => client.setQueryData(queryKeys.service(service.id), context?.before),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) }),
        // A scale that runs has not been written down yet: asked now, the answer would be the number from before.
        ...(runs ? [] : [client.invalidateQueries({ queryKey: queryKeys.service(service.id), exact: true })]),
      ]),
  });
}

/** What a deployment found out about its source: the lines of its step `plan`, in order. */
export function usePlanLines(runId: string | undefined) {
  return useQuery({
    queryKey: queryKeys.runOutput(runId ?? '', { step: 'plan' }),
    enabled: runId !== undefined,
    staleTime: 60_000,
    async queryFn({ signal }) {
      const { lines } = await unwrap(
        api.GET('/v1/runs/{id}/output', {
          params: { path: { id: runId ?? '' }, query: { step: 'plan', limit: 200 } },
          signal,
        }),
      );
      return lines.map(({ content }) => content);
    },
  });
}
