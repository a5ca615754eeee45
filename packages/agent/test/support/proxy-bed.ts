import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createProxy, type Proxy, type ProxyOptions } from '../../src/proxy/proxy.ts';

/** A logger that keeps nothing. */
export const quietLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-proxy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A proxy on a port of the system's choice, closed when the test ends. */
export async function startProxy(options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const stateFile = options.stateFile ?? join(await temporaryFolder(), 'routes');
  const proxy = await createProxy({ host: '127.0.0.1', port: 0, logger: quietLogger, ...options, stateFile });
  onTestFinished(() => proxy.close(0));
  return proxy;
}

/** An HTTP server as an instance would be one, closed when the test ends. */
export interface Instance {
  readonly server: Server;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startInstance(listener: RequestListener): Promise<Instance> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(stop);
  return { server, port: (server.address() as AddressInfo).port, stop };
}

/** Puts a route to instances on this machine; their target ids are `t0`, `t1`, … unless named. */
export async function route(proxy: Proxy, host: string, ...instances: ({ port: number; id?: string } | Instance)[]) {
  const targets = instances.map((instance, i) => ({
    id: ('id' in instance ? instance.id : undefined) ?? `t${i}`,
    address: '127.0.0.1',
    port: instance.port,
  }));
  return await proxy.putRoute(host, { owner: 'owner', targets });
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  trailers: NodeJS.Dict<string>;
}

/** One request on a connection of its own. */
export async function send(
  port: number,
  host: string,
  options: { method?: string; path?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, body } = options;
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers: { host, ...headers }, agent: false });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const content = await text(incoming);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: content, trailers: incoming.trailers };
}

/** Bytes to the proxy as they are. */
export function rawConnection(port: number): Socket & { received: () => string } {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  return Object.assign(socket, { received: () => received });
}

/** Sends bytes and reads until the proxy closes the connection. */
export async function rawExchange(port: number, bytes: string): Promise<string> {
  const socket = rawConnection(port);
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return socket.received();
}

/** Waits for a condition; generous, since the machine may be busy. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (await condition()) return;
    await sleep(10);
  }
  throw new Error(`did not happen: ${what}`);
}
