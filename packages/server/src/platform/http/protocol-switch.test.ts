import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createProtocolSwitch } from './protocol-switch.ts';

async function start() {
  const server = createProtocolSwitch((request, response) => {
    response.end(`${request.httpVersion} ${request.url}`);
  }, {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return socket;
}

async function askByHttp2(port: number): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  return await text(session.request({ ':path': '/two' }));
}

describe('one port', () => {
  test('speaks HTTP/1.1 and HTTP/2', async () => {
    const { port } = await start();
    expect(await (await fetch(`http://127.0.0.1:${port}/one`)).text()).toBe('1.1 /one');
    expect(await askByHttp2(port)).toBe('2.0 /two');
  });

  test('waits for bytes that come one by one, also of a method that begins like HTTP/2', async () => {
    const { port } = await start();
    const socket = await open(port);
    for (const byte of 'PUT /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n') {
      socket.write(byte);
      await sleep(1);
    }
    expect(await text(socket)).toContain('1.1 /slow');
  });

  test('outlives connections that say nothing, end at once, or are no HTTP', async () => {
    const { port } = await start();
    await open(port);
    (await open(port)).end('PR');
    (await open(port)).resetAndDestroy();
    const broken = await open(port);
    broken.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame at all');
    broken.resume();
    await once(broken, 'close');
    expect(await askByHttp2(port)).toBe('2.0 /two');
  });

  test('answers a client that sends what nobody reads, and ends', async () => {
    const { server, port } = await start();
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const request = session.request({ ':method': 'POST', ':path': '/large' });
    request.end(Buffer.alloc(2 * 1024 * 1024));
    expect(await text(request)).toBe('2.0 /large');
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await closed;
  });

  test('closes all of them: those that speak either protocol, and those that have not said which', async () => {
    const { server, port } = await start();
    const silent = await open(port);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    await once(session, 'remoteSettings');
    const gone = [once(silent, 'close'), once(session, 'close')];
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await Promise.all([...gone, closed]);
  });
});
