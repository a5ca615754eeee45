import { useInfiniteQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type StackUpdate = Schemas['StackUpdate'];

/** Whether an update has not ended. */
function isOpen({ status }: Pick<StackUpdate, 'status'>): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** The updates of a cloud resource's stack, newest first, a page at a time. */
export function useResourceUpdates(cloudResourceId: string) {
  return useInfiniteQuery({
    queryKey: queryKeys.cloudResourceUpdates(cloudResourceId),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/stack-updates', {
          params: { query: { cloudResourceId, limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(isOpen)) ? 2000 : false),
  });
}
