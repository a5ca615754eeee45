import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../kernel/app-error.ts';
import { type OutboundNetwork, pinTo } from './outbound-network.ts';

/** What a program is told of an address that may not be called: unlike 403, no host answers it by itself. */
const refusedStatus = 451;
const CONNECT_TIMEOUT_MS = 20_000;
// Git asks without a password first, and sends it only when it is asked for.
const challenge = { 'proxy-authenticate': 'Basic realm="davit"' };
const hopByHop = new Set(['proxy-authorization', 'proxy-connection', 'connection', 'keep-alive', 'upgrade', 'te']);

export interface OutboundProxy {
  /** For `https_proxy` and `http_proxy` of a program; it holds a password, so it belongs into no argument. */
  url(): Promise<string>;
  close(): Promise<void>;
}

const statusOf = (error: unknown): number =>
  error instanceof AppError && error.code === 'OUTBOUND_ADDRESS_REFUSED' ? refusedStatus : 502;

/**
 * An HTTP proxy on the loopback for programs that connect by themselves, such as Git: it looks each name up once, refuses what may
 * not be called, and connects to the address that it has looked at, whatever the program is redirected to. What goes over TLS
 * stays between the program and the host. Listens from its first use on.
 */
export function createOutboundProxy(network: OutboundNetwork): OutboundProxy {
  const password = randomBytes(24).toString('hex');
  const expected = Buffer.from(`Basic ${Buffer.from(`davit:${password}`).toString('base64')}`);

  function isKnown({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers['proxy-authorization'] ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  async function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(request.url ?? '') ?? [];
    const address = await network.findAddress(host);
    const upstream = connect({ host: address, port: Number(port) });
    upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('no connection in time')));
    client.once('close', () => upstream.destroy());
    await once(upstream, 'connect');
    upstream.setTimeout(0);
    upstream.on('error', () => client.destroy());
    upstream.once('close', () => client.destroy());
    client.write('HTTP/1.1 200 Connected\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '');
    if (url.protocol !== 'http:') throw new Error('only http is forwarded');
    const address = await network.findAddress(url.hostname);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopByHop.has(name)));
    const outgoing = httpRequest(url, { method: request.method, headers, lookup: pinTo(address), agent: false });
    response.once('close', () => outgoing.destroy());
    request.pipe(outgoing);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    outgoing.on('error', () => response.destroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  }

  const server = createServer((request, response) => {
    const fail = (status: number) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { ...(status === 407 ? challenge : {}), connection: 'close' }).end();
    };
    if (!isKnown(request)) fail(407);
    else forward(request, response).catch((error: unknown) => fail(statusOf(error)));
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const fail = (status: number) => {
      const asked = status === 407 ? `proxy-authenticate: ${challenge['proxy-authenticate']}\r\n` : '';
      client.end(`HTTP/1.1 ${status} Refused\r\n${asked}content-length: 0\r\nconnection: close\r\n\r\n`);
    };
    client.on('error', () => client.destroy());
    if (!isKnown(request)) fail(407);
    else tunnel(request, client, head).catch((error: unknown) => fail(statusOf(error)));
  });

  let listening: Promise<unknown> | undefined;
  return {
    async url() {
      listening ??= once(server.listen(0, '127.0.0.1').unref(), 'listening');
      await listening;
      return `http://davit:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      if (listening === undefined) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
