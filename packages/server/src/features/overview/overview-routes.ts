import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { overviewSchema } from './overview.ts';
import type { OverviewService } from './overview-service.ts';

/** `/v1/projects/{id}/overview`: all that a canvas shows, in one answer. */
export function registerOverviewRoutes(app: FastifyInstance, { overview }: { overview: OverviewService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects/:id/overview',
    tag: 'canvas',
    operationId: 'getOverview',
    summary: 'Get the services of an environment with their state; by default of the first environment',
    policy: { role: 'viewer' },
    params: z.strictObject({ id: z.string() }),
    query: z.strictObject({ environmentId: z.string().optional() }),
    response: overviewSchema,
    handle: ({ params: { id }, query, principal }) => overview.get(principal.organizationId, id, query.environmentId),
  });
}
