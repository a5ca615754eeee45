import { join } from 'node:path';
import { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Proxy } from '../proxy.ts';
import { createCaddyAdmin } from './caddy-admin.ts';
import { readCertificate } from './caddy-certificate.ts';
import type { CaddySettings, CaddyUpstream } from './caddy-config.ts';
import { createCaddyKeeper } from './caddy-keeper.ts';

export interface CaddyProxyOptions {
  /** The proxy of the agent: it stays who knows the host names, and switches. */
  behind: Proxy;
  adminUrl: string;
  settings: CaddySettings;
  readonly upstream: (signal: AbortSignal) => Promise<CaddyUpstream>;
  /** Where the last good configuration is kept. */
  folder: string;
  logger: Logger;
}

/**
 * Caddy before the proxy of the agent. Its configuration names no host and no instance, so that neither a deployment nor a
 * domain changes it: each change provisions all of it again, loses requests and closes WebSockets. It ends TLS, speaks HTTP/2
 * and HTTP/3, compresses, and asks the agent which names may have a certificate.
 */
export function createCaddyProxy(options: CaddyProxyOptions): Proxy {
  const { behind, settings, folder, logger } = options;
  const { httpsPort, host } = settings;
  const admin = createCaddyAdmin(options.adminUrl);
  const lastGoodFile = join(folder, 'last-good.json');
  const keeper = createCaddyKeeper({ admin, settings, upstream: options.upstream, lastGoodFile, logger });
  const wildcard = host === undefined || host === '0.0.0.0' || host === '::';
  let fault: string | null = null;
  return {
    setRoute: (route, signal) => behind.setRoute(route, signal),
    removeRoute: (name, signal) => behind.removeRoute(name, signal),
    listRoutes: (signal) => behind.listRoutes(signal),
    drain: (name, targetId, timeoutMs, signal) => behind.drain(name, targetId, timeoutMs, signal),
    usage: (signal) => behind.usage(signal),
    async keep(signal) {
      try {
        await keeper.keep(signal);
        fault = null;
      } catch (error) {
        const { message, hint } = AppError.from(error);
        // Readiness has one sentence for it, which is all that an operator sees there.
        if (!signal.aborted) fault = `${message} ${hint}`;
        throw error;
      }
    },
    certificate: (name, signal) =>
      readCertificate({ host: wildcard ? '127.0.0.1' : host, port: httpsPort }, name, signal),
    describe: async () => ({ name: 'caddy', hasTls: true, fault }),
  };
}
