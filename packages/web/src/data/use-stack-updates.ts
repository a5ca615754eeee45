import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type StackUpdate = Schemas['StackUpdate'];
export type StackUpdateStatus = StackUpdate['status'];

/** Which updates are listed; all that is given must fit. */
export interface StackUpdateFilter {
  status?: StackUpdateStatus;
  cloudResourceId?: string;
  credentialId?: string;
}

/** Whether an update is still on its way. */
export function isUnderWay({ status }: Pick<StackUpdate, 'status'>): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** One update. Who shows its output hears of its end at once; the others within seconds. */
export function useStackUpdate(id: string) {
  return useQuery({
    queryKey: queryKeys.stackUpdate(id),
    queryFn: ({ signal }): Promise<StackUpdate> =>
      unwrap(api.GET('/v1/stack-updates/{id}', { params: { path: { id }, query: { output: 'false' } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? 3000 : false),
  });
}

/** The updates of the organization, newest first, a page at a time. */
export function useStackUpdates(filter: StackUpdateFilter) {
  return useInfiniteQuery({
    queryKey: queryKeys.stackUpdates(filter),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/stack-updates', {
          params: { query: { ...filter, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isUnderWay)) === true ? 3000 : 15_000,
  });
}

function useAct<Answer>(failure: string, act: (id: string) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    meta: { failure },
    onSettled: (_data, _error, id) =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.stackUpdate(id) }),
        client.invalidateQueries({ queryKey: queryKeys.allStackUpdates() }),
        client.invalidateQueries({ queryKey: ['run'] }),
      ]),
  });
}

export function useCancelStackUpdate() {
  return useAct('The update was not canceled', (id) =>
    unwrap(api.POST('/v1/stack-updates/{id}/cancel', { params: { path: { id } } })),
  );
}

/** Does the same again, with the manifest of that time. */
export function useRetryStackUpdate() {
  return useAct('The update was not tried again', (id) =>
    unwrap(api.POST('/v1/stack-updates/{id}/retry', { params: { path: { id } } })),
  );
}

export function useApproveStackUpdate() {
  return useAct('The update was not approved', (id) =>
    unwrap(api.POST('/v1/stack-updates/{id}/approve', { params: { path: { id } } })),
  );
}

export function useDiscardStackUpdate() {
  return useAct('The update was not discarded', (id) =>
    unwrap(api.POST('/v1/stack-updates/{id}/discard', { params: { path: { id } } })),
  );
}
