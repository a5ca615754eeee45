import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { refreshVariables, type VariableOwner, variablePaths } from './use-variables.ts';

export type VariableHistoryEntry = Schemas['VariableHistoryEntry'];

const PAGE = 50;

function fetchHistory(owner: VariableOwner, query: { limit: number; cursor?: string }, signal?: AbortSignal) {
  const params = { path: { id: owner.id }, query };
  return unwrap(
    api.GET(`${variablePaths[owner.kind]}/history`, { params, ...(signal === undefined ? {} : { signal }) }),
  );
}

/** Newest first, without values. */
export function useVariableHistory(owner: VariableOwner) {
  return useInfiniteQuery({
    queryKey: queryKeys.variableHistory(owner),
    queryFn: ({ pageParam, signal }) =>
      fetchHistory(owner, { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Gives a variable the value that it had before a change. */
export function useRestoreVariable(owner: VariableOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changeId: string) => restore(owner, changeId),
    meta: { failure: 'The variable was not restored' },
    onSettled: () => void refreshVariables(client, owner),
  });
}

/** Brings a variable back that was deleted: undoes the newest deletion of this name. */
export function useUndoDeletion(owner: VariableOwner) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn(name: string) {
      const { items } = await fetchHistory(owner, { limit: 200 });
      const newest = items.find((entry) => entry.name === name);
      // Somebody has set it anew meanwhile: that is what counts.
      if (newest?.change !== 'deleted') return undefined;
      return await restore(owner, newest.id);
    },
    meta: { failure: 'The variable was not brought back' },
    onSettled: () => void refreshVariables(client, owner),
  });
}

function restore(owner: VariableOwner, changeId: string) {
  const params = { path: { id: owner.id, changeId } };
  return unwrap(api.POST(`${variablePaths[owner.kind]}/history/{changeId}/restore`, { params }));
}
