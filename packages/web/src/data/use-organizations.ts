import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

/** The organizations that the user is a member of. */
export function useOrganizations({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.organizations(),
    enabled,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/v1/organizations', { params: { query: { limit: 200 } }, signal }))).items,
    staleTime: 60_000,
  });
}

/** Makes an organization that the user owns. Switch to it to act in it. */
export function useCreateOrganization() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'createOrganization'>) => unwrap(api.POST('/v1/organizations', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.organizations() }),
  });
}
