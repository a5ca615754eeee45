import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { createServiceBody, serviceSchema, updateServiceBody } from './service.ts';
import type { ServiceService } from './service-service.ts';

const params = z.strictObject({ id: z.string() });
const listQuery = pageQuery.extend({ environmentId: z.string().optional(), name: z.string().optional() });

/** Services and their settings. What starts, stops or deletes them belongs to deployments. */
export function registerServiceRoutes(app: FastifyInstance, { services }: { services: ServiceService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects/:id/services',
    tag: 'services',
    operationId: 'listServices',
    summary: 'List the services of a project, newest first',
    policy: { role: 'viewer' },
    params,
    query: listQuery,
    response: page(serviceSchema),
    async handle({ params: { id }, query, principal }) {
      const { limit, cursor, environmentId, name } = query;
      const rows = await services.list(principal.organizationId, id, {
        limit,
        before: decodeCursor(cursor),
        environmentId,
        name,
      });
      return toPage(rows, limit, (service) => service.id);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/projects/:id/services',
    tag: 'services',
    operationId: 'createService',
    summary: 'Create a service; it runs after its first deployment',
    policy: { role: 'developer' },
    params,
    body: createServiceBody,
    response: serviceSchema,
    status: 201,
    handle: ({ params: { id }, body, principal }) => services.create(principal.organizationId, id, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id',
    tag: 'services',
    operationId: 'getService',
    summary: 'Get a service with its settings',
    policy: { role: 'viewer' },
    params,
    response: serviceSchema,
    handle: ({ params: { id }, principal }) => services.get(principal.organizationId, id),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/services/:id',
    tag: 'services',
    operationId: 'updateService',
    summary: 'Change a service; settings take effect with its next deployment',
    policy: { role: 'developer' },
    params,
    body: updateServiceBody,
    response: serviceSchema,
    handle: ({ params: { id }, body, principal }) => services.update(principal.organizationId, id, body),
  });
}
