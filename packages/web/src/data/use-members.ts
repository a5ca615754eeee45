import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';
import { type Role, useMe } from './use-session.ts';

export type Member = Schemas['Member'];

/** All members of the organization, in the order in which their accounts were made. */
export function useMembers() {
  const { id } = useMe().organization;
  return useQuery({
    queryKey: queryKeys.members(),
    queryFn: ({ signal }) =>
      collectPages((query) =>
        unwrap(api.GET('/v1/organizations/{id}/members', { params: { path: { id }, query }, signal })),
      ),
  });
}

/** Changes a member's role; shown at once, taken back with the reason when it is refused. */
export function useChangeRole() {
  const client = useQueryClient();
  const me = useMe();
  const { id } = me.organization;
  const queryKey = queryKeys.members();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      unwrap(
        api.PATCH('/v1/organizations/{id}/members/{userId}', { params: { path: { id, userId } }, body: { role } }),
      ),
    meta: { failure: 'The role was not changed' },
    async onMutate({ userId, role }) {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Member[]>(queryKey);
      client.setQueryData<Member[]>(queryKey, (members) =>
        members?.map((member) => (member.userId === userId ? { ...member, role } : member)),
      );
      return { before };
    },
    onError: (_error, _change, context) => client.setQueryData(queryKey, context?.before),
    onSettled: (_data, _error, { userId }) =>
      Promise.all([
        client.invalidateQueries({ queryKey }),
        // What the page offers depends on one's own role.
        userId === me.user.id ? client.invalidateQueries({ queryKey: queryKeys.me(), exact: true }) : undefined,
      ]),
  });
}

/** Takes a member out of the organization, with their sessions and API tokens in it; one's own id to leave. */
export function useRemoveMember() {
  const client = useQueryClient();
  const me = useMe();
  const { id } = me.organization;
  return useMutation({
    mutationFn: (userId: string) =>
      unwrap(api.DELETE('/v1/organizations/{id}/members/{userId}', { params: { path: { id, userId } } })),
    // Who has left may ask for nothing here any more.
    onSuccess: (_data, userId) =>
      userId === me.user.id
        ? undefined
        : Promise.all([
            client.invalidateQueries({ queryKey: queryKeys.members() }),
            client.invalidateQueries({ queryKey: queryKeys.apiTokens() }),
          ]),
  });
}
