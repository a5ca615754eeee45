import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { cloudResourceOverviewSchema, overviewSchema, resourceUserSchema } from './overview.ts';
import type { OverviewService } from './overview-service.ts';
import type { ResourceOverviewService } from './resource-overview-service.ts';

const params = z.strictObject({ id: z.string() });

/** `/v1/projects/{id}/overview`: all that a canvas shows, in one answer; and cloud resources with their state. */
export function registerOverviewRoutes(
  app: FastifyInstance,
  { overview, resources }: { overview: OverviewService; resources: ResourceOverviewService },
): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects/:id/overview',
    tag: 'canvas',
    operationId: 'getOverview',
    summary:
      'Get the services and cloud resources of an environment with their state; by default of the first environment',
    policy: { role: 'viewer' },
    params,
    query: z.strictObject({
      environmentId: z.string().optional(),
      usage: z
        .enum(['true', 'false'])
        .default('true')
        .meta({ description: 'False leaves the sparklines empty, which are half of the answer and most of the work.' }),
    }),
    response: overviewSchema,
    handle: ({ params: { id }, query, principal }) =>
      overview.get(principal.organizationId, id, { ...query, usage: query.usage === 'true' }),
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resource-overviews',
    tag: 'canvas',
    operationId: 'listCloudResourceOverviews',
    summary: 'List the cloud resources of all environments and of none with their state, newest first',
    policy: { role: 'viewer' },
    query: pageQuery.extend({
      search: z.string().min(1).max(100).optional().meta({ description: 'A part of a name or of a kind.' }),
    }),
    response: page(cloudResourceOverviewSchema),
    async handle({ query: { limit, cursor, search }, principal }) {
      const wanted = { limit: limit + 1, before: decodeCursor(cursor), search };
      return toPage(await resources.list(principal.organizationId, wanted), limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resource-overviews/:id',
    tag: 'canvas',
    operationId: 'getCloudResourceOverview',
    summary: 'Get a cloud resource with its state',
    policy: { role: 'viewer' },
    params,
    response: cloudResourceOverviewSchema,
    handle: ({ params: { id }, principal }) => resources.get(principal.organizationId, id),
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resources/:id/services',
    tag: 'canvas',
    operationId: 'listCloudResourceUsers',
    summary: 'List the services whose variables take outputs of a cloud resource, and which need a deployment',
    policy: { role: 'viewer' },
    params,
    response: z.strictObject({ items: z.array(resourceUserSchema) }),
    handle: async ({ params: { id }, principal }) => ({ items: await resources.usersOf(principal.organizationId, id) }),
  });
}
