import type { FastifyInstance } from 'fastify';
import { createNodeDns } from './adapters/dns/node/node-dns.ts';
import type { Proxy } from './adapters/proxy/proxy.ts';
import {
  createDomainCheckKind,
  createDomainService,
  type DomainNetwork,
  registerDomainRoutes,
} from './features/domains/index.ts';
import type { ServiceService } from './features/services/index.ts';
import type { Db } from './platform/db/database.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppDomainsOptions {
  db: Db;
  proxy: Proxy;
  network: DomainNetwork;
  services: ServiceService;
  dnsServers: readonly string[];
  convergence: {
    readonly route: (organizationId: string, serviceId: string, signal: AbortSignal) => Promise<void>;
  };
}

/** Puts domains together: what is asked for, and the runs that find out. */
export function createAppDomains({ db, proxy, network, services, dnsServers, convergence }: AppDomainsOptions) {
  const dns = createNodeDns(dnsServers);
  const routeService = convergence.route;
  const removeRoute = (host: string, signal: AbortSignal) => proxy.removeRoute(host, signal);
  const serviceOf = (engine: RunEngine) =>
    createDomainService({ db, engine, services, network, routeService, removeRoute });
  return {
    runKinds: [createDomainCheckKind({ db, dns, proxy, network, routeService })],
    jobs: (engine: RunEngine) => ({ domains: serviceOf(engine) }),
    registerRoutes(scope: FastifyInstance, engine: RunEngine): void {
      registerDomainRoutes(scope, { domains: serviceOf(engine) });
    },
  };
}
