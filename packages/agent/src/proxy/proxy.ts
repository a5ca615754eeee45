import type { Server } from 'node:net';
import type { ProxyFront, RouteSpec, RouteStatus, RouteUsage } from '../protocol/protocol.ts';
import { hostKey, InvalidHostError, isHostName, isTargetAddress } from './host-name.ts';
import { type Listener, listen, listenOn } from './listener.ts';
import type { ProxyContext } from './proxy-context.ts';
import { defaultProxyLimits, type ProxyLimits } from './proxy-limits.ts';
import type { ProxyLogger } from './proxy-logger.ts';
import { openProxyToken } from './proxy-token.ts';
import { openRouteJournal, type RouteJournal } from './route-journal.ts';
import { RouteTable } from './route-table.ts';
import { createUnknownNames } from './unknown-names.ts';
import { UpstreamRegistry } from './upstream.ts';

export interface ProxyOptions {
  /** Where the routes are kept. A temporary file and the two tokens are beside it. */
  readonly stateFile: string;
  /** One address or several, all on the same port. The first must work. */
  readonly host: string | readonly string[];
  /** 0 asks the system for one. */
  readonly port: number;
  /** File descriptors of sockets that another proxy listened on before; then neither host nor port is bound. */
  readonly sockets?: readonly number[];
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
  /** For a proxy before this one, and for davit behind it. */
  readonly front: ProxyFront;
  /** What it listens on, for the proxy that comes after this one. */
  readonly sockets: readonly Server[];
  /** Accepts no more and leaves its files to the next one; what is open goes on. */
  resign(): Promise<void>;
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
  const frontToken = await openProxyToken(`${options.stateFile}.front-token`);
  const voucher = await openProxyToken(`${options.stateFile}.voucher`);
  const unknownNames = createUnknownNames();
  const { logger } = options;
  const context: ProxyContext = { table, limits, logger, frontToken, voucher, unknownNames, closing: false };
  const hosts = typeof options.host === 'string' ? [options.host] : options.host;
  try {
    const { sockets = [] } = options;
    const listener = await (sockets.length > 0
      ? listenOn(context, hosts[0] ?? '127.0.0.1', sockets)
      : listen(context, hosts, options.port));
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
  listener: Listener,
): Proxy {
  const { table } = context;
  let resigned: Promise<void> | undefined;
  const resign = (): Promise<void> => {
    context.closing = true;
    listener.stopAccepting();
    return (resigned ??= journal.close());
  };
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
    front: { ...listener.address, token: context.frontToken, voucher: context.voucher },
    sockets: listener.servers,
    resign,
    async close(deadlineMs) {
      await resign();
      await table.waitUntil(() => table.totalActive() === 0, deadlineMs);
      listener.cut();
      upstreams.retireAll();
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
