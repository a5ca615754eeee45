import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { type Me, useMe, useSwitchOrganization } from './use-session.ts';

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

/** Renames the organization that the user acts in. */
export function useRenameOrganization() {
  const client = useQueryClient();
  const { id } = useMe().organization;
  return useMutation({
    mutationFn: (body: Body<'updateOrganization'>) =>
      unwrap(api.PATCH('/v1/organizations/{id}', { params: { path: { id } }, body })),
    meta: { success: 'Organization renamed' },
    onSuccess({ name }) {
      client.setQueryData<Me>(queryKeys.me(), (me) => me && { ...me, organization: { ...me.organization, name } });
      return client.invalidateQueries({ queryKey: queryKeys.organizations() });
    },
  });
}

/** Deletes the organization that the user acts in, for good. davit puts their sessions into another one of theirs. */
export function useDeleteOrganization() {
  const { id } = useMe().organization;
  const switchOrganization = useSwitchOrganization();
  return useMutation({
    async mutationFn() {
      await unwrap(api.DELETE('/v1/organizations/{id}', { params: { path: { id } } }));
      await switchOrganization.mutateAsync(undefined);
    },
    meta: { success: 'Organization deleted' },
  });
}
