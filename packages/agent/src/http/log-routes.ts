import { z } from 'zod';
import type { LogStore } from '../logs/log-store.ts';
import { agentId, logQuery, logRetention } from '../protocol/protocol.ts';
import { type AgentRequest, type AgentRoute, empty, json } from './router.ts';
import { validate } from './validate.ts';

const appendBody = z.strictObject({
  instance: agentId,
  labels: z.record(z.string().max(64), z.string().max(256)),
  content: z.string().max(65_536),
});
const followQuery = logQuery.pick({ after: true, search: true, instance: true, label: true, stream: true });

const keyOf = ({ params }: AgentRequest): string => validate(agentId, params.key);

/** What instances have printed. */
export function logRoutes(logs: LogStore): AgentRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/logs/:key',
      handle: async (request) => json(await logs.read(keyOf(request), validate(logQuery, request.query))),
    },
    {
      method: 'GET',
      path: '/v1/logs/:key/follow',
      handle: (request) => {
        const query = validate(followQuery, request.query);
        return { kind: 'lines', values: logs.follow(keyOf(request), query, request.signal) };
      },
    },
    {
      method: 'POST',
      path: '/v1/logs/:key',
      handle: async (request) => {
        await logs.append(keyOf(request), { ...validate(appendBody, request.body), stream: 'system' });
        return empty;
      },
    },
    {
      method: 'PUT',
      path: '/v1/logs/:key/retention',
      handle: async (request) => {
        await logs.setRetention(keyOf(request), validate(logRetention, request.body));
        return empty;
      },
    },
    {
      method: 'DELETE',
      path: '/v1/logs/:key',
      handle: async (request) => {
        await logs.remove(keyOf(request));
        return empty;
      },
    },
  ];
}
