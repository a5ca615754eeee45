import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';
import { useMe } from './use-session.ts';

export type Invitation = Schemas['Invitation'];
/** With the token, which is told this once. */
export type CreatedInvitation = Schemas['CreatedInvitation'];

/** The invitations that nobody has accepted yet, newest first. For admins. */
export function useInvitations() {
  const { id } = useMe().organization;
  return useQuery({
    queryKey: queryKeys.invitations(),
    queryFn: ({ signal }) =>
      collectPages((query) =>
        unwrap(api.GET('/v1/organizations/{id}/invitations', { params: { path: { id }, query }, signal })),
      ),
  });
}

/** Invites somebody. An open invitation for the same address is replaced. */
export function useCreateInvitation() {
  const client = useQueryClient();
  const { id } = useMe().organization;
  return useMutation({
    mutationFn: (body: Body<'createInvitation'>) =>
      unwrap(api.POST('/v1/organizations/{id}/invitations', { params: { path: { id } }, body })),
    // The token lives as long as the dialog that shows it, and not in a cache.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.invitations() }),
  });
}

/** Takes an invitation back; its link no longer works. */
export function useRevokeInvitation() {
  const client = useQueryClient();
  const { id } = useMe().organization;
  const queryKey = queryKeys.invitations();
  return useMutation({
    mutationFn: (invitationId: string) =>
      unwrap(
        api.DELETE('/v1/organizations/{id}/invitations/{invitationId}', { params: { path: { id, invitationId } } }),
      ),
    meta: { failure: 'The invitation was not revoked', success: 'Invitation revoked' },
    async onMutate(invitationId) {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Invitation[]>(queryKey);
      client.setQueryData<Invitation[]>(queryKey, (all) => all?.filter((one) => one.id !== invitationId));
      return { before };
    },
    onError: (_error, _id, context) => client.setQueryData(queryKey, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
