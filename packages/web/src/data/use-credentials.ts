import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';

export type Credential = Schemas['Credential'];

/** All credentials of the organization, by name, without their secrets. */
export function useCredentials() {
  return useQuery({
    queryKey: queryKeys.credentials(),
    queryFn: ({ signal }) => collectPages((query) => unwrap(api.GET('/v1/credentials', { params: { query }, signal }))),
  });
}

export function useCredential(id: string) {
  return useQuery({
    queryKey: queryKeys.credential(id),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/credentials/{id}', { params: { path: { id } }, signal })),
  });
}

/** After a change: what it was, and what the audit log says of it. */
function useRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.credentials() }),
      client.invalidateQueries({ queryKey: queryKeys.auditLog() }),
    ]);
}

// What is sent holds secrets: with gcTime 0 no cache keeps it once the form is gone.
function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const refresh = useRefresh();
  return useMutation({ mutationFn: change, gcTime: 0, onSettled: refresh });
}

export function useCreateCredential() {
  return useChange((body: Body<'createCredential'>) => unwrap(api.POST('/v1/credentials', { body })));
}

/** Changes what is not secret, or with `data` replaces all fields of the provider. */
export function useUpdateCredential(id: string) {
  return useChange((body: Body<'updateCredential'>) =>
    unwrap(api.PATCH('/v1/credentials/{id}', { params: { path: { id } }, body })),
  );
}

/** Signs in to the provider, once. */
export function useValidateCredential(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/credentials/{id}/validate', { params: { path: { id } } })),
    onSettled: refresh,
  });
}

/** Tries whether it may pull from a repository of its registry, or push to it. */
export function useTestRegistry(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: Body<'testRegistryCredential'>) =>
      unwrap(api.POST('/v1/credentials/{id}/test-registry', { params: { path: { id } }, body })),
    onSettled: refresh,
  });
}

/** Brings back what it was before its fields were replaced. */
export function useRestoreCredential(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/credentials/{id}/restore', { params: { path: { id } } })),
    meta: { success: 'The former version is in place again', failure: 'The former version was not brought back' },
    onSettled: refresh,
  });
}

export function useDeleteCredential(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ force }: { force: boolean }) =>
      unwrap(
        api.DELETE('/v1/credentials/{id}', { params: { path: { id }, query: { force: force ? 'true' : 'false' } } }),
      ),
    meta: { success: 'Credential deleted' },
    // Not the one that is gone: its page would only find out that it is.
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.credentials(), exact: true }),
    onError: () => client.invalidateQueries({ queryKey: queryKeys.credentials() }),
  });
}
