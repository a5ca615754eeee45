import { unwrap } from '@davit/api';
import type { Connection } from '../session/connection.ts';

/** The values of variables. Each is asked for on its own, since each is recorded in the audit log. */
export async function revealVariables(
  { api }: Connection,
  serviceId: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const key of names) {
    const path = { id: serviceId, key };
    const answer = await unwrap(api.POST('/v1/services/{id}/env/{key}/reveal', { params: { path } }));
    values[key] = answer.value;
  }
  return values;
}
