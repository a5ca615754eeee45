import type { ContainerLogs } from '../containers/container-logs.ts';
import { agentId, containerSource } from '../protocol/protocol.ts';
import { type AgentRoute, empty, json } from './router.ts';
import { validate } from './validate.ts';

/** Containers, which another engine runs: the agent takes care of what they print. */
export function containerRoutes(containers: ContainerLogs): AgentRoute[] {
  return [
    {
      method: 'PUT',
      path: '/v1/containers',
      handle: async ({ body }) => {
        await containers.setSource(validate(containerSource, body));
        return empty;
      },
    },
    {
      method: 'POST',
      path: '/v1/containers/end',
      handle: async ({ signal }) => json(await containers.endAll(signal)),
    },
    {
      method: 'POST',
      path: '/v1/containers/:instance/drain',
      handle: async ({ params }) => {
        await containers.drain(validate(agentId, params.instance));
        return empty;
      },
    },
  ];
}
