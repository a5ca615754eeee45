import { unwrap } from '@davit/api';
import type { Context, openService } from '../command-line/context.ts';
import { followDeployment } from './follow-deployment.ts';
import { reportDeployment } from './report-deployment.ts';

/** Deploys what a service was made from last, with its variables and settings as they are now. */
export async function deployAgain(
  { output }: Context,
  { connection, service, remember }: Awaited<ReturnType<typeof openService>>,
): Promise<void> {
  const params = { path: { id: service.id } };
  const deployment = await unwrap(connection.api.POST('/v1/services/{id}/deploy', { params, body: {} }));
  await remember();
  reportDeployment(output, service, await followDeployment(connection, deployment, { output }));
}
