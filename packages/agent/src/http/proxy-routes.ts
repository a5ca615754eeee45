import { z } from 'zod';
import { AgentError } from '../protocol/agent-error.ts';
import { agentId, routeSpec } from '../protocol/protocol.ts';
import type { Proxy } from '../proxy/proxy.ts';
import { type AgentRoute, empty, json } from './router.ts';
import { validate } from './validate.ts';

const host = z.string().min(1).max(255);
const drainBody = z.strictObject({ timeoutMs: z.int().min(0).max(86_400_000) });

/** Which host names lead where. Without a proxy every call but reading is refused. */
export function proxyRoutes(proxy: Proxy | undefined): AgentRoute[] {
  const need = (): Proxy => {
    if (!proxy) throw new AgentError('AGENT_CONFLICT', 'This agent was started without a proxy.');
    return proxy;
  };
  return [
    { method: 'GET', path: '/v1/routes', handle: () => json(proxy?.listRoutes() ?? []) },
    { method: 'GET', path: '/v1/proxy-front', handle: () => json(need().front) },
    { method: 'GET', path: '/v1/route-usage', handle: () => json(proxy?.usage() ?? []) },
    {
      method: 'PUT',
      path: '/v1/routes/:host',
      handle: async ({ params, body }) => {
        const name = validate(host, params.host);
        try {
          return json(await need().putRoute(name, validate(routeSpec, body)));
        } catch (thrown) {
          const { code, message } = thrown as Error & { code?: string };
          if (code === 'AGENT_BAD_REQUEST') throw new AgentError(code, message);
          throw thrown;
        }
      },
    },
    {
      method: 'GET',
      path: '/v1/routes/:host',
      handle: ({ params }) => {
        const name = validate(host, params.host);
        const found = proxy?.getRoute(name);
        if (!found) throw new AgentError('AGENT_NOT_FOUND', `There is no route for ${name}.`);
        return json(found);
      },
    },
    {
      method: 'DELETE',
      path: '/v1/routes/:host',
      handle: async ({ params }) => {
        await proxy?.removeRoute(validate(host, params.host));
        return empty;
      },
    },
    {
      method: 'POST',
      path: '/v1/routes/:host/drain/:target',
      handle: async ({ params, body, signal }) => {
        const { timeoutMs } = validate(drainBody, body);
        const target = validate(agentId, params.target);
        const drained = await need().drainTarget(validate(host, params.host), target, timeoutMs, signal);
        return json({ drained });
      },
    },
  ];
}
