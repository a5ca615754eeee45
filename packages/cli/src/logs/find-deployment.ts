import { type ApiClient, eachItem, type Schemas, unwrap } from '@davit/api';
import { notFound } from '../command-line/cli-error.ts';

type Deployment = Schemas['Deployment'];

/** The deployments of a service, newest first. */
function eachDeployment(api: ApiClient, serviceId: string): AsyncIterable<Deployment> {
  return eachItem((cursor) =>
    unwrap(
      api.GET('/v1/services/{id}/deployments', {
        params: { path: { id: serviceId }, query: { limit: 100, cursor } },
      }),
    ),
  );
}

/**
 * The deployment with this number or id; without one, the newest.
 * @throws CliError when there is none
 */
export async function findDeployment(
  api: ApiClient,
  serviceId: string,
  numberOrId: string | undefined,
): Promise<Deployment> {
  const wanted = numberOrId?.replace(/^#/, '');
  for await (const deployment of eachDeployment(api, serviceId)) {
    if (wanted === undefined || deployment.id === wanted || String(deployment.number) === wanted) return deployment;
  }
  if (wanted === undefined)
    throw notFound('The service was never deployed.', { hint: 'Deploy it with `davit deploy`.' });
  throw notFound(`The service has no deployment ${wanted}.`, { hint: '`davit status` shows the newest ones.' });
}
