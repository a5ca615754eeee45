import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { outputPage, outputQuery } from '../runs/index.ts';
import { registerBuildReportRoutes } from './build-report-routes.ts';
import { deployBody, deploymentSchema, instanceSchema, scaleBody } from './deployment.ts';
import type { DeploymentService } from './deployment-service.ts';
import { type ReleaseComparison, rollbackCandidateSchema, serviceChangesSchema } from './release-comparison.ts';

const params = z.strictObject({ id: z.string() });
const rollbackParams = z.strictObject({ id: z.string(), deploymentId: z.string() });
const accepted = z.strictObject({ runId: z.string() }).meta({ id: 'AcceptedRun' });
const runtimeTimeoutMs = 10_000;

/** Everything that changes what runs answers at once with the run that does it. */
export function registerDeploymentRoutes(
  app: FastifyInstance,
  { deployments, comparison }: { deployments: DeploymentService; comparison: ReleaseComparison },
): void {
  registerBuildReportRoutes(app, deployments);

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/deploy',
    tag: 'deployments',
    operationId: 'deployService',
    summary: 'Deploy a service; a newer deployment takes the place of queued ones',
    policy: { role: 'developer' },
    params,
    body: deployBody,
    response: deploymentSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => deployments.deploy(principal, id, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id/deployments',
    tag: 'deployments',
    operationId: 'listDeployments',
    summary: 'List the deployments of a service, newest first',
    policy: { role: 'viewer' },
    params,
    query: pageQuery,
    response: page(deploymentSchema),
    async handle({ params: { id }, query, principal }) {
      const before = decodeCursor(query.cursor);
      const rows = await deployments.list(principal.organizationId, id, { limit: query.limit, before });
      return toPage(rows, query.limit, (row) => row.id);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/deployments/:id',
    tag: 'deployments',
    operationId: 'getDeployment',
    summary: 'Get a deployment with its steps',
    policy: { role: 'viewer' },
    params,
    response: deploymentSchema,
    handle: ({ params: { id }, principal }) => deployments.get(principal.organizationId, id),
  });

  route(app, {
    method: 'GET',
    path: '/v1/deployments/:id/logs',
    tag: 'deployments',
    operationId: 'readDeploymentLogs',
    summary: 'Read the output of a deployment’s run, oldest line first; to follow it, stream the run',
    policy: { role: 'viewer' },
    params,
    query: outputQuery,
    response: outputPage,
    handle: ({ params: { id }, query, principal }) => deployments.readOutput(principal.organizationId, id, query),
  });

  route(app, {
    method: 'POST',
    path: '/v1/deployments/:id/cancel',
    tag: 'deployments',
    operationId: 'cancelDeployment',
    summary: 'Cancel a deployment that has not ended',
    policy: { role: 'developer' },
    params,
    response: deploymentSchema,
    status: 202,
    handle: ({ params: { id }, principal }) => deployments.cancel(principal, id),
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id/rollback-candidates',
    tag: 'deployments',
    operationId: 'listRollbackCandidates',
    summary: 'List the deployments that can be rolled back to, newest first, with what that would change',
    policy: { role: 'viewer' },
    params,
    response: page(rollbackCandidateSchema),
    async handle({ params: { id }, principal }) {
      return { items: await comparison.listRollbackCandidates(principal.organizationId, id), nextCursor: null };
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id/changes',
    tag: 'deployments',
    operationId: 'listServiceChanges',
    summary: 'Show what a deployment now would change against what serves',
    policy: { role: 'viewer' },
    params,
    response: serviceChangesSchema,
    handle: ({ params: { id }, principal }) => comparison.changes(principal.organizationId, id),
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/rollback/:deploymentId',
    tag: 'deployments',
    operationId: 'rollbackService',
    summary: 'Bring an earlier release back, with the configuration that it had',
    policy: { role: 'developer' },
    params: rollbackParams,
    response: deploymentSchema,
    status: 202,
    handle: ({ params: { id, deploymentId }, principal }) => deployments.rollback(principal, id, deploymentId),
  });

  registerLifecycleRoutes(app, deployments);
}

function registerLifecycleRoutes(app: FastifyInstance, deployments: DeploymentService): void {
  route(app, {
    method: 'POST',
    path: '/v1/services/:id/restart',
    tag: 'services',
    operationId: 'restartService',
    summary: 'Start a service anew without a gap, also after a stop',
    policy: { role: 'developer' },
    params,
    response: accepted,
    status: 202,
    handle: ({ params: { id }, principal }) => deployments.restart(principal, id),
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/stop',
    tag: 'services',
    operationId: 'stopService',
    summary: 'Stop a service; a restart or a deployment starts it again',
    policy: { role: 'developer' },
    params,
    response: accepted,
    status: 202,
    handle: ({ params: { id }, principal }) => deployments.stop(principal, id),
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/scale',
    tag: 'services',
    operationId: 'scaleService',
    summary: 'Change how many instances run',
    policy: { role: 'developer' },
    params,
    body: scaleBody,
    response: accepted,
    status: 202,
    handle: ({ params: { id }, body, principal }) => deployments.scale(principal, id, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/services/:id',
    tag: 'services',
    operationId: 'deleteService',
    summary: 'Delete a service with everything that it made',
    policy: { role: 'admin' },
    params,
    response: accepted,
    status: 202,
    handle: ({ params: { id }, principal }) => deployments.delete(principal, id),
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id/instances',
    tag: 'services',
    operationId: 'listInstances',
    summary: 'List the instances of a service with what they use',
    policy: { role: 'viewer' },
    params,
    response: page(instanceSchema),
    async handle({ params: { id }, principal }) {
      const signal = AbortSignal.timeout(runtimeTimeoutMs);
      return { items: await deployments.listInstances(principal.organizationId, id, signal), nextCursor: null };
    },
  });
}
