import type { RouteSpec, RouteStatus, RouteUsage } from '../protocol/protocol.ts';
import { hostKey, InvalidHostError, isHostName, isTargetAddress } from './host-name.ts';
import { listen } from './listener.ts';
import type { ProxyContext } from './proxy-context.ts';
import { defaultProxyLimits, type ProxyLimits } from './proxy-limits.ts';
import type { ProxyLogger } from './proxy-logger.ts';
import { openRouteJournal, type RouteJournal } from './route-journal.ts';
import { RouteTable } from './route-table.ts';
import { UpstreamRegistry } from './upstream.ts';

export interface ProxyOptions {
  /** Where the routes are kept. A temporary file beside it is used too. */
  readonly stateFile: string;
  /** One address or several, all on the same port. The first must work. */
  readonly host: string | readonly string[];
  /** 0 asks the system for one. */
  readonly port: number;
  readonly logger: ProxyLogger;
  readonly limits?: Partial<ProxyLimits>;
}

/** The embedded HTTP proxy: host names to instances, kept on disk, switched without losing a request. */
export interface Proxy {
  readonly address: { host: string; port: number };
  /**
   * Replaces the targets of a host name in one moment, and resolves when that is on disk. Targets that leave keep their
   * open requests. @throws InvalidHostError; the error of the disk, and then nothing has changed
   */
  putRoute(host: string, spec: RouteSpec): Promise<RouteStatus>;
  getRoute(host: string): RouteStatus | undefined;
  listRoutes(): RouteStatus[];
  /** Unknown names are fine. Open requests go on. */
  removeRoute(host: string): Promise<void>;
  /**
   * True once the target has no open request or upgraded connection on this host, false when the time ran out first.
   * @throws the reason of `signal` when it is aborted
   */
  drainTarget(host: string, targetId: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  /** Counters of the routes that had a request. */
  usage(): RouteUsage[];
  /** Accepts no more, lets what is open finish for at most `deadlineMs`, then cuts it. */
  close(deadlineMs: number): Promise<void>;
}

/** Starts the proxy with the routes it had. @throws when the port is taken or the state file cannot be used */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const limits = { ...defaultProxyLimits, ...options.limits };
  const upstreams = new UpstreamRegistry(limits);
  const table = new RouteTable(upstreams);
  const journal = await openRouteJournal(options.stateFile, options.logger);
  for (const [host, spec] of journal.entries) table.put(host, spec);
  const context: ProxyContext = { table, limits, logger: options.logger, closing: false };
  const hosts = typeof options.host === 'string' ? [options.host] : options.host;
  try {
    const listener = await listen(context, hosts, options.port);
    return createFace(context, journal, upstreams, listener);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function createFace(
  context: ProxyContext,
  journal: RouteJournal,
  upstreams: UpstreamRegistry,
  listener: Awaited<ReturnType<typeof listen>>,
): Proxy {
  const { table } = context;
  return {
    address: listener.address,
    async putRoute(host, spec) {
      const key = hostKey(host);
      checkRoute(key, spec);
      await journal.write(key, spec);
      table.put(key, spec);
      return table.status(key) ?? { host: key, ...spec, active: {} };
    },
    getRoute: (host) => table.status(hostKey(host)),
    listRoutes: () => table.list(),
    async removeRoute(host) {
      const key = hostKey(host);
      await journal.write(key, null);
      table.remove(key);
    },
    drainTarget: (host, targetId, timeoutMs, signal) =>
      table.waitUntil(() => table.activeOf(hostKey(host), targetId) === 0, timeoutMs, signal),
    usage: () => table.usage(),
    async close(deadlineMs) {
      context.closing = true;
      listener.stopAccepting();
      await table.waitUntil(() => table.totalActive() === 0, deadlineMs);
      listener.cut();
      upstreams.retireAll();
      await journal.close();
    },
  };
}

/** Checked before anything is written: a name or an address that cannot be used would come back at every start. */
function checkRoute(host: string, spec: RouteSpec): void {
  if (!isHostName(host)) {
    throw new InvalidHostError('The host of a route must be a host name: letters, digits, dots, dashes; at most 253.');
  }
  if (!spec.targets.every(({ address }) => isTargetAddress(address))) {
    throw new InvalidHostError('The address of a target must be an IP address or a host name.');
  }
}
