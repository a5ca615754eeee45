import { type QueryClient, queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, type Body, cookieSession, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { sessionGate } from './session-gate.ts';

export type Me = Schemas['Me'];
export type Role = Me['organization']['role'];
type SignedIn = Schemas['SignedIn'];

const RANKS: Record<Role, number> = { viewer: 0, developer: 1, admin: 2, owner: 3 };

/** Whether a role may do what another is needed for. */
export function hasRole(role: Role, needed: Role): boolean {
  return RANKS[role] >= RANKS[needed];
}

/** Whether this installation has an owner, and what a new account needs. */
export const setupQuery = queryOptions({
  queryKey: queryKeys.setup(),
  queryFn: ({ signal }) => unwrap(api.GET('/auth/setup', { signal })),
  staleTime: 60_000,
});

/** Who is signed in, and in which organization they act. Fails with 401 where nobody is. */
export const meQuery = queryOptions({
  queryKey: queryKeys.me(),
  async queryFn({ signal }) {
    const me = await unwrap(api.GET('/auth/me', { signal }));
    sessionGate.open();
    return me;
  },
  staleTime: 60_000,
  // Another member may raise, lower or end what one may do; the page offers what is allowed now.
  refetchInterval: 15_000,
});

/** Who is signed in. Only below the shell, which lets nobody else in. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether the role of who is signed in allows what `needed` may do. Hide or disable what it does not. */
export function useCan(needed: Role): boolean {
  return hasRole(useMe().organization.role, needed);
}

/** Whether the session ended by itself while the page was open. */
export function useIsSessionExpired(): boolean {
  return useSyncExternalStore(sessionGate.subscribe, () => sessionGate.get() === 'expired');
}

/** What another user or organization could see must not stay: everything is asked again, as the new one. */
function enter(client: QueryClient, { user, organization, sessionId }: SignedIn): void {
  client.clear();
  const me: Me = { user, organization, via: 'user', scope: null, sessionId, apiTokenId: null, isOperator: false };
  // The answer to a sign-in does not say all: this holds until the page has asked.
  client.setQueryData(queryKeys.me(), me, { updatedAt: 0 });
  sessionGate.open();
}

const header = cookieSession;

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'login'>) => unwrap(api.POST('/auth/login', { body, headers: header })),
    onSuccess: (signedIn) => enter(client, signedIn),
  });
}

/**
 * Signs in again in the middle of something: what is on the page stays, and what waits goes on. Another user, or one that was
 * put into another organization meanwhile, gets everything anew.
 */
export function useSignInAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'login'>) => unwrap(api.POST('/auth/login', { body, headers: header })),
    onSuccess(signedIn) {
      const before = client.getQueryData<Me>(queryKeys.me());
      const isSame = before?.user.id === signedIn.user.id && before.organization.id === signedIn.organization.id;
      if (!isSame) return enter(client, signedIn);
      sessionGate.open();
      void client.invalidateQueries({ queryKey: queryKeys.me() });
    },
  });
}

/** Makes an account: the first of an installation by its claim token, one by invitation, or one of its own. */
export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'register'>) => unwrap(api.POST('/auth/register', { body, headers: header })),
    onSuccess: (signedIn) => enter(client, signedIn),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/auth/logout', { body: {}, headers: header })),
    meta: { failure: 'You were not signed out' },
    onSuccess() {
      sessionGate.close();
      client.clear();
    },
  });
}

/** Forgets a session that the server has ended, or that nobody wants to renew. */
export function forgetSession(client: QueryClient): void {
  sessionGate.close();
  client.clear();
}

/** Acts in another organization of the user's from now on; in the one that davit chose where the former is gone (`undefined`). */
export function useSwitchOrganization() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (organizationId: string | undefined) =>
      unwrap(
        api.POST('/auth/refresh', {
          body: organizationId === undefined ? {} : { organizationId },
          headers: header,
        }),
      ),
    meta: { failure: 'The organization was not switched' },
    onSuccess: (signedIn) => enter(client, signedIn),
  });
}
