import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { streamRoute } from '../../platform/http/route.ts';
import type { ProjectEvents } from './project-event-service.ts';

/** `/v1/projects/{id}/events`: one stream a project. */
export function registerProjectEventRoutes(app: FastifyInstance, { events }: { events: ProjectEvents }): void {
  streamRoute(app, {
    path: '/v1/projects/:id/events',
    tag: 'canvas',
    operationId: 'streamProjectEvents',
    summary:
      'Hear what changes in a project: `ready` first, `changed` (what to fetch again: ProjectChange) and `reset` (fetch all)',
    policy: { role: 'viewer' },
    params: z.strictObject({ id: z.string() }),
    async handle({ params: { id }, principal, lastEventId, stream }) {
      for await (const event of events.follow(principal.organizationId, id, lastEventId, stream.signal)) {
        await stream.send({ id: event.id, event: event.event, data: event.event === 'changed' ? event.data : {} });
      }
    },
  });
}
