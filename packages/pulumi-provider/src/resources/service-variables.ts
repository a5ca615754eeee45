import { unwrap } from '@davit/api';
import { unlessGone } from '../explain-error.ts';
import type { CallContext, Values } from '../resource-type.ts';

/** The variables among a service's inputs. */
export const variablesOf = ({ variables }: Values): Record<string, string> =>
  (variables ?? {}) as Record<string, string>;

/** When each was changed last, by its name. */
export type VariableTimes = Readonly<Record<string, string>>;

/** What is kept of that in a service's state; nothing in one that an older version made. */
export const timesOf = ({ variableTimes }: Values): VariableTimes => (variableTimes ?? {}) as VariableTimes;

/**
 * Those of these variables that the service still has, with their values as they are there. Only what was changed since is revealed,
 * which davit's audit log shows.
 */
export async function readVariables(
  { api, signal }: CallContext,
  id: string,
  known: Readonly<Record<string, string>>,
  times: VariableTimes,
): Promise<{ variables: Record<string, string>; variableTimes: VariableTimes }> {
  const { items } = await unwrap(api.GET('/v1/services/{id}/env', { params: { path: { id } }, signal }));
  const variables: Record<string, string> = {};
  const variableTimes: Record<string, string> = {};
  for (const { name, updatedAt } of items) {
    const value = known[name];
    if (value === undefined) continue;
    const params = { path: { id, key: name } };
    variables[name] =
      times[name] === updatedAt
        ? value
        : (await unwrap(api.POST('/v1/services/{id}/env/{key}/reveal', { params, signal }))).value;
    variableTimes[name] = updatedAt;
  }
  return { variables, variableTimes };
}

/** Sets what is wanted and removes what no longer is; variables of others stay. */
export async function setVariables(
  { api, signal }: CallContext,
  id: string,
  olds: Readonly<Record<string, string>>,
  news: Readonly<Record<string, string>>,
): Promise<VariableTimes> {
  const times: Record<string, string> = {};
  for (const [name, value] of Object.entries(news)) {
    // Also what seems unchanged: somebody may have changed it, and davit knows what is no change.
    const params = { path: { id } };
    const saved = await unwrap(api.POST('/v1/services/{id}/env', { params, body: { name, value }, signal }));
    times[name] = saved.updatedAt;
  }
  for (const key of Object.keys(olds).filter((name) => !(name in news))) {
    await unlessGone(unwrap(api.DELETE('/v1/services/{id}/env/{key}', { params: { path: { id, key } }, signal })));
  }
  return times;
}
