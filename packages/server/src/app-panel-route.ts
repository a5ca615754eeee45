import type { Proxy } from './adapters/proxy/proxy.ts';

/**
 * A proxy that never removes the route of `host`. BASE_URL may be set to what was the domain of a service until then: whoever
 * tidies that up has listed the routes before the panel took the name over.
 */
export function keepRoute(proxy: Proxy, host: string | undefined): Proxy {
  return {
    ...proxy,
    async removeRoute(name, signal) {
      if (name !== host) await proxy.removeRoute(name, signal);
    },
  };
}
