import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { type CommandService, runCommandBody, serviceCommandSchema } from './command-service.ts';

/** Commands that people run once, in the release that serves. */
export function registerCommandRoutes(app: FastifyInstance, { commands }: { commands: CommandService }): void {
  route(app, {
    method: 'POST',
    path: '/v1/services/:id/commands',
    tag: 'services',
    operationId: 'runServiceCommand',
    summary: 'Run a command once where the active release runs; follow its run for what it prints',
    policy: { role: 'developer' },
    params: z.strictObject({ id: z.string() }),
    body: runCommandBody,
    response: serviceCommandSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => commands.run(principal, id, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/services/:id/commands/:runId',
    tag: 'services',
    operationId: 'getServiceCommand',
    summary: 'Get a command that was run once, with its exit code when it has ended',
    policy: { role: 'viewer' },
    params: z.strictObject({ id: z.string(), runId: z.string() }),
    response: serviceCommandSchema,
    handle: ({ params: { id, runId }, principal }) => commands.get(principal.organizationId, id, runId),
  });
}
