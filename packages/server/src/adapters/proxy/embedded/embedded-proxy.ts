import type { AgentClient } from '@davit/agent/client';
import type { Proxy } from '../proxy.ts';

/** The proxy inside the agent: it keeps serving while the server restarts. */
export function createEmbeddedProxy(agent: AgentClient): Proxy {
  return {
    async setRoute({ host, owner, targets }, signal) {
      const spec = { owner, targets: targets.map(({ id, host: address, port }) => ({ id, address, port })) };
      await agent.putRoute(host, spec, signal);
    },
    removeRoute: (host, signal) => agent.removeRoute(host, signal),
    async listRoutes(signal) {
      const routes = await agent.listRoutes(signal);
      return routes.map(({ host, owner, targets }) => ({
        host,
        owner,
        targets: targets.map(({ id, address, port }) => ({ id, host: address, port })),
      }));
    },
    drain: (host, targetId, timeoutMs, signal) => agent.drainTarget(host, targetId, timeoutMs, signal),
    usage: (signal) => agent.routeUsage(signal),
  };
}
