import { z } from 'zod';
import type { Commands } from '../commands/commands.ts';
import type { Instances } from '../instances/instances.ts';
import { agentId, commandSpec, instanceSpec } from '../protocol/protocol.ts';
import { type AgentRequest, type AgentRoute, empty, json } from './router.ts';
import { validate } from './validate.ts';

const outputQuery = z.strictObject({ offset: z.coerce.number().int().min(0).default(0) });
const stream = z.enum(['stdout', 'stderr']);
const stopBody = z.strictObject({ graceMs: z.int().min(0).max(600_000) });
const tailQuery = z.strictObject({ maxBytes: z.coerce.number().int().min(1).max(1_048_576) });

const idOf = ({ params }: AgentRequest): string => validate(agentId, params.id);

/** What runs once. */
export function commandRoutes(commands: Commands): AgentRoute[] {
  return [
    { method: 'GET', path: '/v1/commands', handle: () => json(commands.list()) },
    {
      method: 'PUT',
      path: '/v1/commands/:id',
      handle: async (request) => json(await commands.start(idOf(request), validate(commandSpec, request.body))),
    },
    { method: 'GET', path: '/v1/commands/:id', handle: (request) => json(commands.get(idOf(request))) },
    {
      method: 'GET',
      path: '/v1/commands/:id/wait',
      handle: async (request) => json(await commands.wait(idOf(request), request.signal)),
    },
    {
      method: 'GET',
      path: '/v1/commands/:id/output/:stream',
      handle: (request) => {
        const id = idOf(request);
        const { offset } = validate(outputQuery, request.query);
        commands.get(id);
        const chunks = commands.follow(id, validate(stream, request.params.stream), offset, request.signal);
        return { kind: 'bytes', chunks };
      },
    },
    {
      method: 'POST',
      path: '/v1/commands/:id/stop',
      handle: async (request) => {
        const { graceMs } = validate(stopBody, request.body);
        return json(await commands.stop(idOf(request), graceMs));
      },
    },
    {
      method: 'DELETE',
      path: '/v1/commands/:id',
      handle: async (request) => {
        await commands.remove(idOf(request));
        return empty;
      },
    },
  ];
}

/** What is kept running. */
export function instanceRoutes(instances: Instances): AgentRoute[] {
  return [
    { method: 'GET', path: '/v1/usage', handle: async () => json(await instances.usage()) },
    { method: 'GET', path: '/v1/instances', handle: () => json(instances.list()) },
    {
      method: 'PUT',
      path: '/v1/instances/:id',
      handle: async (request) => json(await instances.put(idOf(request), validate(instanceSpec, request.body))),
    },
    { method: 'GET', path: '/v1/instances/:id', handle: (request) => json(instances.get(idOf(request))) },
    {
      method: 'GET',
      path: '/v1/instances/:id/sockets',
      handle: (request) => json(instances.listeningSockets(idOf(request))),
    },
    {
      method: 'GET',
      path: '/v1/instances/:id/tail',
      handle: (request) => {
        const { maxBytes } = validate(tailQuery, request.query);
        return json({ tail: instances.tail(idOf(request), maxBytes) });
      },
    },
    {
      method: 'DELETE',
      path: '/v1/instances/:id',
      handle: async (request) => {
        await instances.remove(idOf(request));
        return empty;
      },
    },
  ];
}
