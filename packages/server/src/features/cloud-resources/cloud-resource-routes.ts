import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { appliedSchema, applyBody, cloudResourceDetailSchema, cloudResourceSchema } from './cloud-resource.ts';
import type { CloudResourceService } from './cloud-resource-service.ts';

const params = z.strictObject({ id: z.string() });
const listQuery = pageQuery.extend({
  kind: z.string().max(100).optional(),
  name: z.string().max(100).optional(),
});

/** `/v1/cloud-resources`: what should be there. What is done with it belongs to stack updates. */
export function registerCloudResourceRoutes(
  app: FastifyInstance,
  { cloudResources }: { cloudResources: CloudResourceService },
): void {
  route(app, {
    method: 'POST',
    path: '/v1/cloud-resources',
    tag: 'infrastructure',
    operationId: 'applyCloudResources',
    summary: 'Store the manifests of a text, all or none; nothing is deployed yet',
    policy: { role: 'developer' },
    body: applyBody,
    bodyLimit: 2_100_000,
    response: appliedSchema,
    handle: ({ body, principal }) => cloudResources.apply(principal.organizationId, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resources',
    tag: 'infrastructure',
    operationId: 'listCloudResources',
    summary: 'List the cloud resources, newest first',
    policy: { role: 'viewer' },
    query: listQuery,
    response: page(cloudResourceSchema),
    async handle({ query: { limit, cursor, kind, name }, principal }) {
      const wanted = { limit: limit + 1, before: decodeCursor(cursor), kind, name };
      return toPage(await cloudResources.list(principal.organizationId, wanted), limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resources/:id',
    tag: 'infrastructure',
    operationId: 'getCloudResource',
    summary: 'Get a cloud resource with its outputs; secret ones without their value',
    policy: { role: 'viewer' },
    params,
    response: cloudResourceDetailSchema,
    handle: ({ params: { id }, principal }) => cloudResources.getDetail(principal.organizationId, id),
  });
}
