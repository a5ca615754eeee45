import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AgentClient } from '@davit/agent/client';
import { CERTIFICATE_QUESTION_PATH, FRONT_HEADER } from '@davit/agent/protocol';
import { createCaddyProxy } from './adapters/proxy/caddy/caddy-proxy.ts';
import { createEmbeddedProxy } from './adapters/proxy/embedded/embedded-proxy.ts';
import type { Proxy } from './adapters/proxy/proxy.ts';
import { keepRoute } from './app-panel-route.ts';
import type { Config } from './config/config.ts';
import { platformOwner } from './features/deployments/index.ts';
import { createServiceAddresses, type DomainNetwork } from './features/domains/index.ts';
import type { Logger } from './kernel/logger.ts';
import { ownNamesOf } from './own-names.ts';
import type { Db } from './platform/db/database.ts';

export interface AppProxyOptions {
  config: Config;
  db: Db;
  agent: AgentClient;
  /** Where the proxy of the agent listens. */
  proxyPort: number;
  logger: Logger;
  /** Where this server listens, once it does. */
  address: () => string | AddressInfo | null;
}

type AppJob = { tick(signal: AbortSignal): Promise<number> };

/** A Caddy that was restarted without its configuration serves nothing: so soon it is noticed. */
const keepEveryMs = 2000;
const usualPorts = { http: 80, https: 443 };
const everywhere = new Set(['0.0.0.0', '::']);
const localDomain = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/;

function createNetwork({
  config,
  proxyPort,
}: AppProxyOptions): DomainNetwork & { readonly urlOf: (label: string) => string } {
  const { type, baseDomain, caddy } = config.proxy;
  const hasTls = type === 'caddy';
  const isBasePublic = !localDomain.test(baseDomain);
  const ports = hasTls ? { http: caddy.httpPort, https: caddy.httpsPort } : { http: proxyPort, https: proxyPort };
  const hostOf = (label: string) => `${label}.${baseDomain}`;
  const originOf = (host: string, scheme: 'http' | 'https') =>
    `${scheme}://${host}${ports[scheme] === usualPorts[scheme] ? '' : `:${ports[scheme]}`}`;
  return {
    ...ownNamesOf(config),
    hasTls,
    isBasePublic,
    hostOf,
    originOf,
    urlOf: (label) => originOf(hostOf(label), hasTls && isBasePublic ? 'https' : 'http'),
  };
}

function createProxy({ config, agent, logger }: AppProxyOptions): Proxy {
  const embedded = createEmbeddedProxy(agent);
  if (config.proxy.type === 'embedded') return embedded;
  return createCaddyProxy({
    behind: embedded,
    settings: config.proxy.caddy,
    adminUrl: config.proxy.caddy.adminUrl,
    folder: join(config.paths.dataDir, 'caddy'),
    logger,
    async upstream(signal) {
      const { host, port, token } = await agent.proxyFront(signal);
      const reached = everywhere.has(host) || host === 'localhost' ? '127.0.0.1' : host;
      return {
        address: `${reached.includes(':') ? `[${reached}]` : reached}:${port}`,
        front: { field: FRONT_HEADER, token },
        questionPath: CERTIFICATE_QUESTION_PATH,
      };
    },
  });
}

/** What leads requests to services and, behind Caddy, to davit itself. */
export function createAppProxy(options: AppProxyOptions) {
  const { config, db, logger } = options;
  const network = createNetwork(options);
  // Behind Caddy the panel has a route too.
  const panelHost = config.http.baseUrl?.startsWith('https:') === true ? network.panelHost : undefined;
  const proxy = keepRoute(createProxy(options), config.proxy.type === 'caddy' ? panelHost : undefined);
  /** By which the agent's proxy is known; undefined for an older agent's, and before it has been asked. */
  let voucher: string | undefined;
  let isPanelRouted = false;

  async function learnVoucher(signal: AbortSignal): Promise<void> {
    ({ voucher } = await options.agent.proxyFront(signal));
  }
  // The panel's route may be there already: whom it leads here is to be known from the first request on.
  if (config.proxy.type === 'caddy') learnVoucher(AbortSignal.timeout(keepEveryMs)).catch(() => {});

  /** Caddy has ports 80 and 443: what people reach davit by is behind it too. */
  async function routePanel(signal: AbortSignal): Promise<void> {
    const address = options.address();
    if (panelHost === undefined || typeof address !== 'object' || address === null) return;
    const wasVoucher = voucher;
    await learnVoucher(signal);
    // An agent that has lost its folder has lost its routes too.
    if (isPanelRouted && voucher === wasVoucher) return;
    isPanelRouted = false;
    const host = everywhere.has(address.address) ? '127.0.0.1' : address.address;
    await proxy.setRoute(
      {
        host: panelHost,
        owner: platformOwner,
        targets: [{ id: 'panel', host, port: address.port }],
        certificate: true,
        redirect: { origin: network.originOf(panelHost, 'https'), when: 'insecure' },
        // Not said where it would not be understood.
        vouched: voucher !== undefined,
      },
      signal,
    );
    isPanelRouted = true;
  }

  let lastFault: string | undefined;
  const keeper: AppJob = {
    async tick(signal: AbortSignal): Promise<number> {
      try {
        await routePanel(signal);
        await proxy.keep(signal);
        lastFault = undefined;
      } catch (error) {
        const { message } = error as Error;
        // Once for each reason: it is tried again every two seconds.
        if (message !== lastFault && !signal.aborted) logger.error({ err: error }, 'Caddy is not as it should be');
        lastFault = message;
      }
      return keepEveryMs;
    },
  };
  const { trustedProxies, trustedProxyToken } = config.http;
  return {
    proxy,
    network,
    /** Whose word on the addresses of clients is taken. */
    forwarded: {
      networks: trustedProxies,
      field: FRONT_HEADER,
      tokens: () => [voucher, trustedProxyToken].filter((each) => each !== undefined),
    },
    addressesOf: createServiceAddresses({ db, network }),
    jobs: (config.proxy.type === 'caddy' ? { 'configuration of Caddy': keeper } : {}) as Record<string, AppJob>,
  };
}
