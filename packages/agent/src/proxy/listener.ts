import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { rawErrorResponse } from './error-page.ts';
import type { ProxyContext } from './proxy-context.ts';
import { handleRequest } from './request-handler.ts';
import { handleUpgrade, mayUpgrade } from './tunnel.ts';

/** The sockets on which the proxy accepts requests. */
export interface Listener {
  readonly address: { host: string; port: number };
  /** The sockets themselves, to be handed on. */
  readonly servers: readonly Server[];
  /** Accepts no more; ends idle connections. */
  stopAccepting(): void;
  /** Cuts every connection, upgraded ones too. */
  cut(): void;
}

/** Accepts on sockets that the proxy before this one listened on, and which this process has inherited. */
export async function listenOn(context: ProxyContext, host: string, sockets: readonly number[]): Promise<Listener> {
  const tunnels = new Set<Duplex>();
  const servers: Server[] = [];
  let bound = 0;
  for (const fd of sockets) {
    const server = createHttpServer(context, tunnels);
    bound = await bind(server, { fd });
    servers.push(server);
  }
  return createListener(servers, tunnels, { host, port: bound });
}

/**
 * Listens on the same port of every host. The first must work; another (such as `::1` where there is no IPv6) may be
 * missing, which is logged. Port 0 is asked from the system.
 */
export async function listen(context: ProxyContext, hosts: readonly string[], port: number): Promise<Listener> {
  const tunnels = new Set<Duplex>();
  const servers: Server[] = [];
  const [first = '127.0.0.1', ...others] = hosts;
  let bound = port;
  for (const host of [first, ...others]) {
    const server = createHttpServer(context, tunnels);
    try {
      bound = await bind(server, { host, port: bound });
      servers.push(server);
    } catch (error) {
      if (host === first) throw error;
      context.logger.warn({ host, port: bound, err: error }, 'the proxy cannot listen on this address');
    }
  }
  return createListener(servers, tunnels, { host: first, port: bound });
}

function createListener(
  servers: readonly Server[],
  tunnels: ReadonlySet<Duplex>,
  address: Listener['address'],
): Listener {
  return {
    address,
    servers,
    stopAccepting() {
      for (const server of servers) {
        server.close();
        server.closeIdleConnections();
      }
    },
    cut() {
      for (const server of servers) server.closeAllConnections();
      for (const socket of tunnels) socket.destroy();
    },
  };
}

function bind(server: Server, place: { host: string; port: number } | { fd: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...place, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function createHttpServer(context: ProxyContext, tunnels: Set<Duplex>): Server {
  const { limits } = context;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      // No end to an upload that goes on; one that stalls is ended by the exchange.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
      maxHeaderSize: limits.maxHeaderBytes,
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
      // Finds clients that vanished without a word, also behind an event stream that has nothing to say.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      shouldUpgradeCallback: mayUpgrade,
    },
    (request, response) => guard(context, response, () => handleRequest(context, request, response, false)),
  );
  server.on('checkContinue', (request, response) => {
    guard(context, response, () => handleRequest(context, request, response, true));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, first: Buffer) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    guard(context, socket, () => handleUpgrade(context, request, socket, first));
  });
  server.on('connect', (_: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    socket.end(
      rawErrorResponse({ status: 405, title: 'Method Not Allowed', detail: 'This is not a proxy for other hosts.' }),
    );
  });
  server.on('clientError', refuse);
  return server;
}

/** A fault in serving one request costs that request, not the agent and everything that it looks after. */
function guard(context: ProxyContext, client: { destroy(): unknown }, serve: () => void): void {
  try {
    serve();
  } catch (error) {
    context.logger.error({ err: error }, 'a request could not be served');
    client.destroy();
  }
}

/** Answers bytes that are not a request. */
function refuse(
  error: NodeJS.ErrnoException,
  socket: Duplex & { _httpMessage?: { headersSent: boolean } | null },
): void {
  // Node's own handler asks the same: a response that has begun must not get another one in its middle.
  if (socket.writable && !socket._httpMessage?.headersSent && error.code !== 'ECONNRESET') {
    socket.write(rawErrorResponse(parseFailurePage(error.code)));
  }
  socket.destroy();
}

function parseFailurePage(code: string | undefined): Parameters<typeof rawErrorResponse>[0] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: 431, title: 'Request Header Fields Too Large', detail: 'The head of the request is too large.' };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, title: 'Request Timeout', detail: 'The head of the request took too long.' };
  }
  return { status: 400, title: 'Bad Request', detail: 'What was sent is not a valid HTTP/1.1 request.' };
}
