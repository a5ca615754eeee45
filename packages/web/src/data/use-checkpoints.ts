import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

/** A state of a stack, as an update has left it. */
export type Checkpoint = Schemas['StackCheckpoint'];
/** Pulumi's deployment of a state, its secrets encrypted. */
export type StackState = Schemas['StackState']['state'];

/** The kept states of a resource's stack, newest first, a page at a time. */
export function useCheckpoints(id: string) {
  return useInfiniteQuery({
    queryKey: queryKeys.checkpoints(id),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/cloud-resources/{id}/checkpoints', {
          params: { path: { id }, query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Pulumi's deployment of a state; who asks for it is noted. */
export function useExportState(id: string) {
  return useMutation({
    mutationFn: async (version: number): Promise<StackState> =>
      (
        await unwrap(
          api.GET('/v1/cloud-resources/{id}/checkpoints/{version}/state', { params: { path: { id, version } } }),
        )
      ).state,
    meta: { failure: 'The state was not exported' },
  });
}

function useStateChange<Variables>(id: string, change: (variables: Variables) => Promise<{ id: string }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.cloudResource(id) }),
  });
}

/** Puts a former state in place of the current one: an update does it. */
export function useRestoreCheckpoint(id: string) {
  return useStateChange(id, (version: number) =>
    unwrap(api.POST('/v1/cloud-resources/{id}/checkpoints/{version}/restore', { params: { path: { id, version } } })),
  );
}

/** Puts a state from elsewhere in place of the current one: an update does it. */
export function useImportState(id: string) {
  return useStateChange(id, (state: StackState) =>
    unwrap(api.PUT('/v1/cloud-resources/{id}/state', { params: { path: { id } }, body: { state } })),
  );
}
