import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { isUnderWay } from './use-platform.ts';

export type PlatformStorage = Schemas['PlatformStorage'];
export type StoragePart = Schemas['StoragePart'];
export type StoredArtifact = Schemas['StoredArtifact'];

const whileCollectingMs = 1500;

/** What fills the disk. Measured by walking it, so only when somebody looks; again and again while it is collected. */
export function usePlatformStorage() {
  return useQuery({
    queryKey: queryKeys.platformStorage(),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/platform/storage', { signal })),
    staleTime: 30_000,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.lastCollection?.state ?? '') ? whileCollectingMs : false),
  });
}

/** What builds made, the largest first; read anew after a collection. */
export function useStoredArtifacts(lastCollection: string) {
  return useInfiniteQuery({
    queryKey: queryKeys.storedArtifacts(lastCollection),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/platform/artifacts', {
          params: { query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (former) => former,
  });
}

/** Has everything freed that nothing needs. */
export function useCollectStorage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/platform/storage/collect')),
    meta: { success: 'Collecting has begun' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.platformStorage() }),
  });
}

/** Where images are pushed to. */
export function usePlatformRegistry() {
  return useQuery({
    queryKey: queryKeys.platformRegistry(),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/platform/registry', { signal })),
    staleTime: 600_000,
  });
}

/** Tries to push there. */
export function useTestPlatformRegistry() {
  return useMutation({ mutationFn: () => unwrap(api.POST('/v1/platform/registry/test')) });
}
