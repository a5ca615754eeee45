import { unwrap } from '@davit/api';
import { explainFailure, unlessGone } from '../explain-error.ts';
import type { CallContext } from '../resource-type.ts';
import { waitUntil } from '../wait-until.ts';

/** @throws Error when the run ended without having deleted */
async function followDeletion({ api, signal }: CallContext, serviceId: string, runId: string): Promise<string> {
  const run = await unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: runId } }, signal }));
  const { state, reason, hint, errorCode, supersededBy } = run;
  if (state === 'failed' || state === 'canceled') {
    const told = explainFailure({ reason: reason ?? 'No reason was told.', hint, code: errorCode });
    throw new Error(`The deletion of the service ${serviceId} ${state}: ${told}`);
  }
  // Somebody else asked for the same meanwhile.
  return supersededBy ?? runId;
}

/**
 * Deletes a service and waits until it is gone. One that is there still since a deletion failed is tried again.
 * @throws Error when the deletion ends otherwise, ApiError
 */
export async function deleteService(context: CallContext, id: string): Promise<void> {
  const { api, signal } = context;
  const params = { path: { id } };
  const asked = await unlessGone(unwrap(api.DELETE('/v1/services/{id}', { params, signal })));
  if (asked === undefined) return;
  let { runId } = asked;
  await waitUntil(signal, async () => {
    const left = await unlessGone(unwrap(api.GET('/v1/services/{id}', { params, signal })));
    if (left === undefined) return true;
    runId = await followDeletion(context, id, runId);
    return undefined;
  });
}
