import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type CloudResourceDetail = Schemas['CloudResourceDetail'];
export type Drift = Schemas['Drift'];
export type DriftDifference = Schemas['DriftDifference'];
export type CloudResourceOutput = Schemas['CloudResourceOutput'];
export type CloudResourceUser = Schemas['CloudResourceUser'];

/** What can be done to a cloud resource at any time, and begins an update of its stack. */
export type ResourceAction = 'deploy' | 'deploy-after-decision' | 'preview' | 'refresh' | 'drift-check' | 'destroy';

const failures: Record<Exclude<ResourceAction, 'destroy'>, string> = {
  deploy: 'The cloud resource was not deployed',
  'deploy-after-decision': 'The cloud resource was not previewed',
  'drift-check': 'The cloud resource was not looked at',
  preview: 'The preview was not begun',
  refresh: 'The cloud resource was not refreshed',
};

/** While something is under way on a page without an event stream. */
const POLL_MS = 2000;

/** The cloud resources of all environments and of none, newest first, a page at a time. */
export function useCloudResources(search: string) {
  return useInfiniteQuery({
    queryKey: queryKeys.cloudResources({ search }),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/cloud-resource-overviews', {
          params: {
            query: {
              limit: 50,
              ...(search === '' ? {} : { search }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

/** One with its manifest and outputs. */
export function useCloudResource(id: string) {
  return useQuery({
    queryKey: queryKeys.cloudResource(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/cloud-resources/{id}', { params: { path: { id } }, signal })),
  });
}

/** One with its state, for a page that no event stream tells of changes. */
export function useCloudResourceOverview(id: string | undefined) {
  return useQuery({
    queryKey: queryKeys.cloudResourceOverview(id ?? ''),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/cloud-resource-overviews/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== undefined,
    refetchInterval: POLL_MS,
    retry: false,
  });
}

/** The services whose variables take its outputs. */
export function useCloudResourceUsers(id: string) {
  return useQuery({
    queryKey: queryKeys.resourceUsersOf(id),
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/v1/cloud-resources/{id}/services', { params: { path: { id } }, signal }))).items,
  });
}

function useRefresh(projectId: string | undefined): (id: string) => Promise<unknown> {
  const client = useQueryClient();
  return (id) =>
    Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.cloudResource(id) }),
      client.invalidateQueries({ queryKey: queryKeys.cloudResourceLists() }),
      ...(projectId === undefined ? [] : [client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) })]),
    ]);
}

/** Checks a manifest without storing it. @throws ApiError MANIFEST_INVALID, whose details have each fault with its place */
export async function validateManifest(manifest: string, signal: AbortSignal) {
  return await unwrap(api.POST('/v1/manifests/validate', { body: { manifest }, signal }));
}

export interface ManifestToApply {
  readonly manifest: string;
  readonly environmentId: string | undefined;
  /** Whose manifest it is, where it is meant to be no other's. */
  readonly cloudResourceId?: string;
  /** What is begun at once with each of its resources. */
  readonly first?: 'deploy' | 'preview' | undefined;
}

/** Stores a manifest, and begins what is asked for. Nothing is begun when it is refused. */
export function useApplyManifest(projectId: string | undefined) {
  const refresh = useRefresh(projectId);
  return useMutation({
    async mutationFn({ manifest, environmentId, cloudResourceId, first }: ManifestToApply) {
      const { waves } = await unwrap(
        api.POST('/v1/cloud-resources', {
          body: {
            manifest,
            ...(environmentId === undefined ? {} : { environmentId }),
            ...(cloudResourceId === undefined ? {} : { cloudResourceId }),
          },
        }),
      );
      const ids = waves.flat();
      if (first !== undefined) for (const id of ids) await begin(id, first);
      return ids;
    },
    onSettled: (ids) => Promise.all((ids ?? ['']).map(refresh)),
  });
}

async function begin(id: string, action: ResourceAction, clearPending = false) {
  const at = { params: { path: { id } } };
  if (action === 'drift-check')
    return await unwrap(api.POST('/v1/cloud-resources/{id}/drift-check', { ...at, body: {} }));
  if (action === 'deploy-after-decision') {
    return await unwrap(api.POST('/v1/cloud-resources/{id}/deploy', { ...at, body: { preview: true } }));
  }
  const options = { ...at, body: clearPending ? { clearPending } : {} };
  if (action === 'deploy') return await unwrap(api.POST('/v1/cloud-resources/{id}/deploy', options));
  if (action === 'preview') return await unwrap(api.POST('/v1/cloud-resources/{id}/preview', options));
  if (action === 'refresh') return await unwrap(api.POST('/v1/cloud-resources/{id}/refresh', options));
  return await unwrap(api.POST('/v1/cloud-resources/{id}/destroy', options));
}

/** Asks for an update of a resource, which is given by its id: the canvas and the drawer show what becomes of it. */
export function useResourceAction(projectId: string | undefined, action: ResourceAction) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (id: string) => begin(id, action),
    // The dialog that asks before something is destroyed says itself why it was refused.
    meta: action === 'destroy' ? {} : { failure: failures[action] },
    onSettled: (_update, _error, id) => refresh(id),
  });
}

/** Refreshes a resource and drops from its state what was cut short. */
export function useClearPending(projectId: string | undefined) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (id: string) => begin(id, 'refresh', true),
    meta: { failure: failures.refresh },
    onSettled: (_update, _error, id) => refresh(id),
  });
}

/**
 * Makes what is there as the manifest says. A deployment goes by the state alone, so that it follows a refresh, which puts what
 * is there into the state; it is the one that is answered.
 */
export function useMendDrift(projectId: string | undefined) {
  const refresh = useRefresh(projectId);
  return useMutation({
    async mutationFn(id: string) {
      await begin(id, 'refresh');
      return await begin(id, 'deploy');
    },
    meta: { failure: failures.deploy },
    onSettled: (_update, _error, id) => refresh(id),
  });
}

export interface ResourceImport {
  readonly id: string;
  /** The provider's ids, by the names that the program gives its resources. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Takes what is there already into a resource's stack, and changes nothing of it. */
export function useImportIntoResource(projectId: string | undefined) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ id, ids }: ResourceImport) =>
      unwrap(api.POST('/v1/cloud-resources/{id}/import', { params: { path: { id } }, body: { ids } })),
    onSettled: (_update, _error, { id }) => refresh(id),
  });
}

export interface ResourceRemoval {
  readonly id: string;
  /** What it made stays, and davit forgets it. */
  readonly orphan?: boolean;
}

/** Deletes a resource: a run destroys what it made first, unless it is left to itself. */
export function useDeleteCloudResource(projectId: string | undefined) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ id, orphan = false }: ResourceRemoval) =>
      unwrap(
        api.DELETE('/v1/cloud-resources/{id}', {
          params: { path: { id }, query: { orphan: orphan ? 'true' : 'false' } },
        }),
      ),
    onSettled: (_answer, _error, { id }) => refresh(id),
  });
}
