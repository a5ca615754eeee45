import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Kind = Schemas['Kind'];
export type KindDetail = Schemas['KindDetail'];

/** The kinds of cloud resource that the organization has. */
export function useKinds() {
  return useQuery({
    queryKey: queryKeys.kinds(),
    queryFn: async ({ signal }) => (await unwrap(api.GET('/v1/kinds', { signal }))).items,
    staleTime: 60_000,
  });
}

/** A kind with its fields, their schema and a sample; asked for once its name is known. */
export function useKind(name: string | undefined) {
  return useQuery({
    queryKey: queryKeys.kind(name ?? ''),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/kinds/{kind}', { params: { path: { kind: name ?? '' } }, signal })),
    enabled: name !== undefined,
    staleTime: 60_000,
    retry: false,
  });
}

/** A kind has another module: its fields may be others, too. */
function useKindChange<Input, Answer>(change: (input: Input) => Promise<Answer>, meta: { success: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    // What is sent may hold a token: no cache keeps it once the form is gone.
    gcTime: 0,
    meta,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.kinds() }),
  });
}

/** Points a kind at a module of the organization's own. */
export function useSetKindModule() {
  return useKindChange(
    ({ kind, body }: { kind: string; body: Body<'setKindModule'> }) =>
      unwrap(api.PUT('/v1/kinds/{kind}/module', { params: { path: { kind } }, body })),
    { success: 'The module is set: the next update is made by it' },
  );
}

/** Forgets the module of a kind. */
export function useDeleteKindModule() {
  return useKindChange(
    (kind: string) => unwrap(api.DELETE('/v1/kinds/{kind}/module', { params: { path: { kind } } })),
    { success: 'The module is forgotten' },
  );
}
