import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { refreshVariables, revealVariable, type VariableOwner, variablePaths } from './use-variables.ts';

export type VariableComparison = Schemas['VariableComparison'];

/** Side by side with those of another environment, without values; undefined until one is chosen. */
export function useVariableComparison(owner: VariableOwner, environmentId: string | undefined) {
  return useQuery({
    queryKey: queryKeys.variableComparison(owner, environmentId ?? ''),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET(`${variablePaths[owner.kind]}/compare`, {
          params: { path: { id: owner.id }, query: { environmentId: environmentId ?? '' } },
          signal,
        }),
      ),
    enabled: environmentId !== undefined,
  });
}

export interface VariableCopy {
  readonly name: string;
  readonly from: VariableOwner;
  readonly to: VariableOwner;
}

/** Copies a variable as it is written to where it is missing. Reading it is recorded, as every reveal is. */
export function useCopyVariable() {
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ name, from, to }: VariableCopy) {
      const value = await revealVariable(from, name);
      const body = { name, value };
      return await unwrap(api.POST(variablePaths[to.kind], { params: { path: { id: to.id } }, body }));
    },
    meta: { failure: 'The variable was not copied' },
    onSettled: (_data, _error, { from, to }) =>
      void Promise.all([refreshVariables(client, from), refreshVariables(client, to)]),
  });
}
