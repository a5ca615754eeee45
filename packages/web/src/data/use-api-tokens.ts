import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';

export type ApiToken = Schemas['ApiToken'];
export type ApiTokenScope = ApiToken['scope'];
/** With its text, which is told this once. */
export type CreatedApiToken = Schemas['CreatedApiToken'];

/** The user's own API tokens that still work, newest first; an admin sees those of the whole organization. */
export function useApiTokens() {
  return useQuery({
    queryKey: queryKeys.apiTokens(),
    queryFn: ({ signal }) => collectPages((query) => unwrap(api.GET('/v1/api-tokens', { params: { query }, signal }))),
  });
}

export function useCreateApiToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'createApiToken'>) => unwrap(api.POST('/v1/api-tokens', { body })),
    // The token's text lives as long as the dialog that shows it, and not in a cache.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.apiTokens() }),
  });
}

/** Ends a token; whatever uses it is refused at once. */
export function useRevokeApiToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/v1/api-tokens/{id}', { params: { path: { id } } })),
    meta: { success: 'API token revoked' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.apiTokens() }),
  });
}
