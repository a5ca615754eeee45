import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { canvasSchema, moveNodesBody } from './canvas.ts';
import type { CanvasService } from './canvas-service.ts';

const params = z.strictObject({ id: z.string() });
/** Default: the project's first environment. */
const environmentQuery = z.strictObject({ environmentId: z.string().optional() });

/** `/v1/projects/{id}/canvas`: where its nodes stand. */
export function registerCanvasRoutes(app: FastifyInstance, { canvas }: { canvas: CanvasService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects/:id/canvas',
    tag: 'canvas',
    operationId: 'getCanvas',
    summary: 'Get where the nodes of an environment’s canvas were put; by default of the first environment',
    policy: { role: 'viewer' },
    params,
    query: environmentQuery,
    response: canvasSchema,
    handle: ({ params: { id }, query, principal }) => canvas.list(principal.organizationId, id, query.environmentId),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/projects/:id/canvas',
    tag: 'canvas',
    operationId: 'moveNodes',
    summary: 'Put nodes of a canvas somewhere, for everybody; the others stay where they are',
    policy: { role: 'developer' },
    params,
    body: moveNodesBody,
    response: canvasSchema,
    async handle({ params: { id }, body: { environmentId, positions }, principal }) {
      await canvas.move(principal.organizationId, id, environmentId, positions);
      return await canvas.list(principal.organizationId, id, environmentId);
    },
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/projects/:id/canvas',
    tag: 'canvas',
    operationId: 'resetCanvas',
    summary: 'Forget where the nodes of a canvas were put: it lays itself out again',
    policy: { role: 'developer' },
    params,
    query: environmentQuery,
    response: z.undefined(),
    status: 204,
    async handle({ params: { id }, query, principal }) {
      await canvas.reset(principal.organizationId, id, query.environmentId);
    },
  });
}
