import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import type { Me } from './use-session.ts';

export type Session = Schemas['Session'];

/** Where the user is signed in, newest first. */
export function useSessions() {
  return useQuery({
    queryKey: queryKeys.sessions(),
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/v1/sessions', { params: { query: { limit: 200 } }, signal }))).items,
  });
}

/** Ends a session; its page is signed out within seconds. */
export function useRevokeSession() {
  const client = useQueryClient();
  const queryKey = queryKeys.sessions();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    meta: { failure: 'The session was not ended', success: 'Session ended' },
    async onMutate(id) {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Session[]>(queryKey);
      client.setQueryData<Session[]>(queryKey, (sessions) => sessions?.filter((session) => session.id !== id));
      return { before };
    },
    onError: (_error, _id, context) => client.setQueryData(queryKey, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

/** Changes the user's own name. */
export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'updateMe'>) => unwrap(api.PATCH('/auth/me', { body })),
    meta: { success: 'Name saved' },
    onSuccess(_, { name }) {
      client.setQueryData<Me>(queryKeys.me(), (me) => me && { ...me, user: { ...me.user, name } });
      void client.invalidateQueries({ queryKey: queryKeys.me(), exact: true });
    },
  });
}

/** Changes the user's password, which ends all their other sessions. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'changePassword'>) => unwrap(api.POST('/auth/password', { body })),
    meta: { success: 'Password changed; all other sessions were ended' },
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.sessions() }),
  });
}
