import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys, type VariableOwner } from './query-keys.ts';
import { useMe } from './use-session.ts';

export type { VariableOwner } from './query-keys.ts';
/** `isSaving` while the server has not confirmed it yet. */
export type Variable = Schemas['Variable'] & { readonly isSaving?: true };
type VariableList = Omit<Schemas['VariableList'], 'items'> & { items: Variable[] };

/** What a value may refer to. */
export type ReferenceCompletion = Schemas['ReferenceCompletions']['items'][number];

/** The API's places of variables: the same routes below both. */
export const variablePaths = {
  service: '/v1/services/{id}/env',
  environment: '/v1/environments/{id}/env',
} as const;

const pathOf = ({ id }: VariableOwner) => ({ params: { path: { id } } });
const pathTo = ({ id }: VariableOwner, key: string) => ({ params: { path: { id, key } } });

/** Names only: no list carries values. */
export function useVariables(owner: VariableOwner) {
  return useQuery({
    queryKey: queryKeys.variablesOf(owner),
    queryFn: ({ signal }) => unwrap(api.GET(variablePaths[owner.kind], { ...pathOf(owner), signal })),
  });
}

export function useVariableReferences(owner: VariableOwner) {
  return useQuery({
    queryKey: queryKeys.variableReferences(owner),
    queryFn: ({ signal }) => unwrap(api.GET(`${variablePaths[owner.kind]}/references`, { ...pathOf(owner), signal })),
  });
}

/** One value in clear. The server records who asked. */
export async function revealVariable(owner: VariableOwner, name: string): Promise<string> {
  return (await unwrap(api.POST(`${variablePaths[owner.kind]}/{key}/reveal`, pathTo(owner, name)))).value;
}

/** All values in clear, as they are written. The server records who asked. */
export async function revealVariables(owner: VariableOwner): Promise<Readonly<Record<string, string>>> {
  return (await unwrap(api.POST(`${variablePaths[owner.kind]}/reveal`, { ...pathOf(owner), body: {} }))).values;
}

/** Resolves once no change of these variables that was begun here is under way: what is read then has them all. */
export async function ownWritesEnded(client: QueryClient, owner: VariableOwner): Promise<void> {
  const filters = { mutationKey: queryKeys.variablesOf(owner) };
  if (client.isMutating(filters) === 0) return;
  await new Promise<void>((resolve) => {
    const stop = client.getMutationCache().subscribe(() => {
      if (client.isMutating(filters) > 0) return;
      stop();
      resolve();
    });
  });
}

/** Asks anew for all that a change of variables changes. */
export function refreshVariables(client: QueryClient, owner: VariableOwner): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: queryKeys.variablesOf(owner) }),
    client.invalidateQueries({
      queryKey: owner.kind === 'service' ? queryKeys.changes(owner.id) : queryKeys.services(),
    }),
  ]);
}

/** Puts one variable into the list that is on the page, or takes it out; what it was before. */
function put(client: QueryClient, owner: VariableOwner, name: string, variable: Variable | undefined) {
  const queryKey = queryKeys.variablesOf(owner);
  const before = client.getQueryData<VariableList>(queryKey)?.items.find((item) => item.name === name);
  client.setQueryData<VariableList>(queryKey, (list) => {
    if (list === undefined) return list;
    const others = list.items.filter((item) => item.name !== name);
    const items = variable === undefined ? others : [...others, variable].sort(byName);
    return { ...list, items };
  });
  return before;
}

/** As the server sorts: by characters, not by language. */
function byName(one: Variable, other: Variable): number {
  return one.name < other.name ? -1 : 1;
}

export interface VariableValue {
  readonly name: string;
  readonly value: string;
}

/**
 * Sets variables, also one that is new; shown at once, taken back when it is refused. With `mustExist`, one that somebody has removed
 * meanwhile is not made anew. Whoever calls says what failed: what was typed is theirs to keep.
 */
export function useSetVariable(owner: VariableOwner, { mustExist }: { mustExist: boolean }) {
  const client = useQueryClient();
  const me = useMe();
  return useMutation({
    mutationKey: queryKeys.variablesOf(owner),
    mutationFn: ({ name, value }: VariableValue) =>
      mustExist
        ? unwrap(api.PATCH(`${variablePaths[owner.kind]}/{key}`, { ...pathTo(owner, name), body: { value } }))
        : unwrap(api.POST(variablePaths[owner.kind], { ...pathOf(owner), body: { name, value } })),
    async onMutate({ name }) {
      await client.cancelQueries({ queryKey: queryKeys.variablesOf(owner), exact: true });
      const now = new Date().toISOString();
      const draft = {
        name,
        createdAt: now,
        updatedAt: now,
        updatedBy: me.user.id,
        references: [],
        isSaving: true as const,
      };
      return { before: put(client, owner, name, draft) };
    },
    onSuccess({ warnings: _warnings, ...variable }) {
      put(client, owner, variable.name, variable);
    },
    onError: (_error, { name }, context) => put(client, owner, name, context?.before),
    onSettled: () => void refreshVariables(client, owner),
  });
}

/** Removes a variable; gone at once, back with the reason when it is refused. */
export function useDeleteVariable(owner: VariableOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: queryKeys.variablesOf(owner),
    mutationFn: (name: string) => unwrap(api.DELETE(`${variablePaths[owner.kind]}/{key}`, pathTo(owner, name))),
    meta: { failure: 'The variable was not deleted' },
    async onMutate(name) {
      await client.cancelQueries({ queryKey: queryKeys.variablesOf(owner), exact: true });
      return { before: put(client, owner, name, undefined) };
    },
    onError: (_error, name, context) => put(client, owner, name, context?.before),
    onSettled: () => void refreshVariables(client, owner),
  });
}

/** Makes the set exactly this. The form that asks for it shows its failure. */
export function useReplaceVariables(owner: VariableOwner) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: queryKeys.variablesOf(owner),
    mutationFn: (variables: Readonly<Record<string, string>>) =>
      unwrap(api.PUT(variablePaths[owner.kind], { ...pathOf(owner), body: { variables } })),
    onSettled: () => void refreshVariables(client, owner),
  });
}
