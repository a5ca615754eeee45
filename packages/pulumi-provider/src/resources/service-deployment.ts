import { type Schemas, unwrap } from '@davit/api';
import { explainError, explainFailure } from '../explain-error.ts';
import type { CallContext } from '../resource-type.ts';
import { waitUntil } from '../wait-until.ts';

/** How a deployment ended; `failure` where it brought nothing into service. */
export interface DeploymentEnd {
  readonly deploymentId: string;
  readonly failure: string | undefined;
}

const under = new Set(['queued', 'running']);
const well = new Set(['active', 'retired', 'skipped']);

function failureOf({ id, status, steps = [], reason, hint, errorCode }: Schemas['Deployment']): string {
  // The current step is none that says why: the last one cleans up.
  const step = steps.find(({ state }) => state === 'failed')?.name;
  const told = explainFailure({ reason: reason ?? 'No reason was told.', hint, code: errorCode });
  return `Deployment ${id} ${status}${step === undefined ? '' : ` at the step ${step}`}: ${told}`;
}

/** Deploys a service and waits for the end. A wait that is cut short is a failure too: the deployment itself goes on. */
export async function deploy({ api, signal }: CallContext, serviceId: string): Promise<DeploymentEnd> {
  const path = { id: serviceId };
  const { id } = await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path }, body: {}, signal }));
  try {
    const ended = await waitUntil(signal, async () => {
      const deployment = await unwrap(api.GET('/v1/deployments/{id}', { params: { path: { id } }, signal }));
      return under.has(deployment.status) ? undefined : deployment;
    });
    return { deploymentId: id, failure: well.has(ended.status) ? undefined : failureOf(ended) };
  } catch (error) {
    return { deploymentId: id, failure: `Deployment ${id} was not seen to its end: ${explainError(error)}` };
  }
}
