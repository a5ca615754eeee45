import { unwrap } from '@davit/api';
import { explainError } from '../explain-error.ts';
import type { CallContext } from '../resource-type.ts';
import { waitUntil } from '../wait-until.ts';

/** How a deployment ended; `failure` where it brought nothing into service. */
export interface DeploymentEnd {
  readonly deploymentId: string;
  readonly failure: string | undefined;
}

const under = new Set(['queued', 'running']);
const well = new Set(['active', 'retired', 'skipped']);

/** Deploys a service and waits for the end. A wait that is cut short is a failure too: the deployment itself goes on. */
export async function deploy({ api, signal }: CallContext, serviceId: string): Promise<DeploymentEnd> {
  const path = { id: serviceId };
  const { id } = await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path }, body: {}, signal }));
  try {
    const { status, reason, currentStep } = await waitUntil(signal, async () => {
      const deployment = await unwrap(api.GET('/v1/deployments/{id}', { params: { path: { id } }, signal }));
      return under.has(deployment.status) ? undefined : deployment;
    });
    if (well.has(status)) return { deploymentId: id, failure: undefined };
    const at = currentStep === null ? '' : ` at the step ${currentStep}`;
    return { deploymentId: id, failure: `Deployment ${id} ${status}${at}: ${reason ?? 'no reason was told'}` };
  } catch (error) {
    return { deploymentId: id, failure: `Deployment ${id} was not seen to its end: ${explainError(error)}` };
  }
}
