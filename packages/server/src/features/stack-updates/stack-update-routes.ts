import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import { markRecorded } from '../organizations/index.ts';
import {
  deployBody,
  driftCheckBody,
  importBody,
  stackUpdateDetailSchema,
  stackUpdateSchema,
  updateBody,
  updateStatuses,
} from './stack-update.ts';
import type { StackUpdateService } from './stack-update-service.ts';

const params = z.strictObject({ id: z.string() });
const listQuery = pageQuery.extend({
  cloudResourceId: z.string().max(100).optional(),
  credentialId: z.string().max(100).optional().meta({ description: 'Those that were given this credential.' }),
  status: z.enum(updateStatuses).optional(),
});
const deleteQuery = z.strictObject({
  orphan: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true`: what the resource made stays, and davit forgets it.' }),
});

const operations = [
  ['preview', 'Show what a deployment would change'],
  ['refresh', 'Compare the state with what is there'],
  ['destroy', 'Destroy what a cloud resource made; its manifest stays'],
] as const;

const actorOf = (principal: Principal, { ip: address }: FastifyRequest) => ({ principal, address });

/** What is done with cloud resources, and `/v1/stack-updates`. Output is that of the update's run. */
export function registerStackUpdateRoutes(
  app: FastifyInstance,
  { stackUpdates }: { stackUpdates: StackUpdateService },
): void {
  route(app, {
    method: 'POST',
    path: '/v1/cloud-resources/:id/deploy',
    tag: 'infrastructure',
    operationId: 'deployCloudResource',
    summary: 'Deploy a cloud resource; a newer one takes the place of queued ones and of one that waits for approval',
    policy: { role: 'developer' },
    params,
    body: deployBody,
    response: stackUpdateSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => stackUpdates.request(principal, id, 'deploy', body),
  });

  route(app, {
    method: 'POST',
    path: '/v1/cloud-resources/:id/drift-check',
    tag: 'infrastructure',
    operationId: 'checkCloudResourceDrift',
    summary: 'Look what of a cloud resource is not as its state says; changes neither',
    policy: { role: 'developer' },
    params,
    body: driftCheckBody,
    response: stackUpdateSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => stackUpdates.checkDrift(principal, id, body),
  });

  for (const [action, summary] of [
    ['approve', 'Approve a deployment that waits: it is done as it was previewed'],
    ['discard', 'Discard a deployment that waits for approval: nothing of it is done'],
  ] as const) {
    route(app, {
      method: 'POST',
      path: `/v1/stack-updates/:id/${action}`,
      tag: 'infrastructure',
      operationId: `${action}StackUpdate`,
      summary,
      policy: { role: 'developer' },
      params,
      response: stackUpdateSchema,
      status: 202,
      async handle({ params: { id }, principal, request }) {
        const update = await stackUpdates[action](actorOf(principal, request), id);
        markRecorded(request);
        return update;
      },
    });
  }

  for (const [operation, summary] of operations) {
    route(app, {
      method: 'POST',
      path: `/v1/cloud-resources/:id/${operation}`,
      tag: 'infrastructure',
      operationId: `${operation}CloudResource`,
      summary,
      policy: { role: operation === 'destroy' ? 'admin' : 'developer' },
      params,
      body: updateBody,
      response: stackUpdateSchema,
      status: 202,
      handle: ({ params: { id }, body, principal }) => stackUpdates.request(principal, id, operation, body),
    });
  }

  route(app, {
    method: 'POST',
    path: '/v1/cloud-resources/:id/import',
    tag: 'infrastructure',
    operationId: 'importCloudResource',
    summary: 'Take what is there already into the stack of a cloud resource, and change nothing of it',
    policy: { role: 'developer' },
    params,
    body: importBody,
    response: stackUpdateSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => stackUpdates.import(principal, id, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/cloud-resources/:id',
    tag: 'infrastructure',
    operationId: 'deleteCloudResource',
    summary: 'Delete a cloud resource: destroys what it made first, unless it is to be orphaned',
    policy: { role: 'admin' },
    params,
    query: deleteQuery,
    response: z.strictObject({ update: stackUpdateSchema.nullable() }).meta({ id: 'CloudResourceDeletion' }),
    status: 202,
    async handle({ params: { id }, query, principal }) {
      if (query.orphan === 'false') return { update: await stackUpdates.delete(principal, id) };
      await stackUpdates.orphan(principal, id);
      return { update: null };
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/stack-updates',
    tag: 'infrastructure',
    operationId: 'listStackUpdates',
    summary: 'List stack updates, newest first',
    policy: { role: 'viewer' },
    query: listQuery,
    response: page(stackUpdateSchema),
    async handle({ query: { limit, cursor, cloudResourceId, credentialId, status }, principal }) {
      const wanted = { limit: limit + 1, before: decodeCursor(cursor), cloudResourceId, credentialId, status };
      return toPage(await stackUpdates.list(principal.organizationId, wanted), limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/stack-updates/:id',
    tag: 'infrastructure',
    operationId: 'getStackUpdate',
    summary: 'Get a stack update with its output; to follow it, stream its run',
    policy: { role: 'viewer' },
    params,
    query: z.strictObject({
      output: z
        .enum(['true', 'false'])
        .default('true')
        .meta({ description: '`false`: leaves the output empty, for who follows its run.' }),
    }),
    response: stackUpdateDetailSchema,
    handle: ({ params: { id }, query, principal }) =>
      stackUpdates.get(principal.organizationId, id, { withOutput: query.output === 'true' }),
  });

  for (const [action, summary] of [
    ['cancel', 'Cancel a stack update that has not ended'],
    ['retry', 'Do the same again, with the manifest of that time'],
  ] as const) {
    route(app, {
      method: 'POST',
      path: `/v1/stack-updates/:id/${action}`,
      tag: 'infrastructure',
      operationId: `${action}StackUpdate`,
      summary,
      policy: { role: 'developer' },
      params,
      response: stackUpdateSchema,
      status: 202,
      handle: ({ params: { id }, principal }) => stackUpdates[action](principal, id),
    });
  }
}
