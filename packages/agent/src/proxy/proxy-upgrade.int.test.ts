import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type Instance,
  rawConnection,
  rawExchange,
  route,
  startInstance,
  startProxy,
  until,
} from '../../test/support/proxy-bed.ts';

/** An instance that sends every message back, and says who it is and what fields the handshake had. */
async function startEcho(name = 'echo'): Promise<Instance & { endSockets: () => void }> {
  const instance = await startInstance((_, response) => response.end(name));
  const sockets = new WebSocketServer({ server: instance.server, handleProtocols: () => 'chat' });
  sockets.on('connection', (socket, request) => {
    socket.send(JSON.stringify({ name, headers: request.headers }));
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  const endSockets = (): void => {
    for (const client of sockets.clients) client.terminate();
  };
  onTestFinished(endSockets);
  return { ...instance, endSockets };
}

async function open(port: number): Promise<{ socket: WebSocket; greeting: { headers: Record<string, string> } }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, 'chat', {
    headers: { host: 'app.localhost', 'x-forwarded-for': '6.6.6.6' },
  });
  onTestFinished(() => socket.terminate());
  const [greeting] = (await once(socket, 'message')) as [Buffer];
  return { socket, greeting: JSON.parse(String(greeting)) as { headers: Record<string, string> } };
}

const upgradeTo = (protocol: string, more = '') =>
  `GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade${more}\r\nUpgrade: ${protocol}\r\n\r\n`;

describe('a WebSocket', () => {
  it('carries text and large binary messages both ways, and is counted while it is open', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', await startEcho());
    const { socket } = await open(proxy.address.port);
    expect(socket.protocol).toBe('chat');
    expect(proxy.getRoute('app.localhost')?.active).toEqual({ t0: 1 });
    for (const message of [Buffer.from('grüezi'), Buffer.alloc(2 * 1024 * 1024, 7)]) {
      socket.send(message);
      const [echo] = (await once(socket, 'message')) as [Buffer];
      expect(echo.equals(message)).toBe(true);
    }
    socket.close();
    await once(socket, 'close');
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 0, 'no open connection');
    expect(proxy.usage()[0]?.bytesIn).toBeGreaterThan(2 * 1024 * 1024);
    expect(proxy.usage()[0]?.bytesOut).toBeGreaterThan(2 * 1024 * 1024);
  });

  it('has the same fields set as any request', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', await startEcho());
    const { greeting } = await open(proxy.address.port);
    expect(greeting.headers).toMatchObject({
      host: 'app.localhost',
      'x-forwarded-for': '127.0.0.1',
      upgrade: 'websocket',
    });
  });

  it('ends for the client when it ends at the instance', async () => {
    const proxy = await startProxy();
    const instance = await startEcho();
    await route(proxy, 'app.localhost', instance);
    const { socket } = await open(proxy.address.port);
    instance.endSockets();
    await once(socket, 'close');
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 0, 'no open connection');
  });

  it('goes to another instance when the first cannot be reached', async () => {
    const proxy = await startProxy();
    const dead = await startInstance(() => {});
    await dead.stop();
    await route(proxy, 'app.localhost', dead, await startEcho());
    for (let i = 0; i < 2; i += 1) await open(proxy.address.port);
    expect(proxy.getRoute('app.localhost')?.active).toEqual({ t0: 0, t1: 2 });
  });

  it('to an instance that speaks none gets its ordinary answer, and the connection ends', async () => {
    const proxy = await startProxy();
    await route(
      proxy,
      'app.localhost',
      await startInstance((_, response) => response.writeHead(403).end('no sockets here')),
    );
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: app.localhost\r\n\r\n';
    const reply = await rawExchange(proxy.address.port, upgradeTo('websocket') + smuggled);
    expect(reply).toMatch(/^HTTP\/1\.1 403 [^]*no sockets here/);
    expect(reply.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 0, 'no open connection');
  });

  it.each([
    [404, 'nobody.localhost', []],
    [503, 'app.localhost', []],
    [502, 'app.localhost', [{ port: 1 }]],
  ] as const)('gets %i where there is nothing to connect to', async (status, host, instances) => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', ...instances);
    const reply = await rawExchange(proxy.address.port, upgradeTo('websocket').replace('app.localhost', host));
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('another protocol', () => {
  it('is tunnelled byte by byte', async () => {
    const proxy = await startProxy();
    const instance = await startInstance(() => {});
    instance.server.on('upgrade', (request, socket: Duplex) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`,
      );
      socket.on('data', (chunk: Buffer) => socket.write(chunk.toString('latin1').toUpperCase()));
      socket.on('end', () => socket.end());
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    // What follows the request at once belongs to the new protocol.
    client.write(`${upgradeTo('line-protocol')}early`);
    await until(() => client.received().endsWith('\r\n\r\nEARLY'), 'the first bytes back');
    expect(client.received()).toMatch(/^HTTP\/1\.1 101 [^]*upgrade: line-protocol/i);
    client.write('\0later');
    await until(() => client.received().endsWith('\0LATER'), 'the bytes back');
    client.end();
    await once(client, 'close');
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 0, 'no open connection');
  });

  it('h2c is not offered: past it, a client could set any field', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((request, response) =>
      response.end(`plain ${request.headers.upgrade} ${String(request.headers['http2-settings'])}`),
    );
    await route(proxy, 'app.localhost', instance);
    const reply = await rawExchange(
      proxy.address.port,
      upgradeTo('h2c', ', HTTP2-Settings, close\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'),
    );
    expect(reply).toMatch(/^HTTP\/1\.1 200 [^]*plain undefined undefined/);
  });
});
