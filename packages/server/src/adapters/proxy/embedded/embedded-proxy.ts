import type { AgentClient } from '@davit/agent/client';
import type { Proxy } from '../proxy.ts';

/** The proxy inside the agent: it keeps serving while the server restarts. */
export function createEmbeddedProxy(agent: AgentClient): Proxy {
  return {
    async setRoute({ host, owner, targets, redirect, headers, certificate, vouched }, signal) {
      await agent.putRoute(
        host,
        {
          owner,
          targets: targets.map(({ id, host: address, port }) => ({ id, address, port })),
          // What is not asked for is not said: an agent that was started by an older davit knows nothing of it.
          ...(redirect && { redirect }),
          ...(headers && Object.keys(headers).length > 0 && { headers }),
          ...(certificate === true && { certificate }),
          ...(vouched === true && { vouched }),
        },
        signal,
      );
    },
    removeRoute: (host, signal) => agent.removeRoute(host, signal),
    async listRoutes(signal) {
      const routes = await agent.listRoutes(signal);
      return routes.map(({ host, owner, targets, redirect, headers, certificate, vouched }) => ({
        host,
        owner,
        targets: targets.map(({ id, address, port }) => ({ id, host: address, port })),
        redirect,
        headers,
        certificate,
        vouched,
      }));
    },
    drain: (host, targetId, timeoutMs, signal) => agent.drainTarget(host, targetId, timeoutMs, signal),
    usage: (signal) => agent.routeUsage(signal),
    keep: async () => {},
    certificate: async () => undefined,
    describe: async () => ({ name: 'embedded', hasTls: false, fault: null }),
  };
}
