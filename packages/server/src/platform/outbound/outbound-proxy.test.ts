import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startProviderService } from '../../../test/support/provider-service.ts';
import { createOutboundNetwork } from './outbound-network.ts';
import { createOutboundProxy } from './outbound-proxy.ts';

async function startProxy(networks: string[]) {
  const proxy = createOutboundProxy(createOutboundNetwork({ networks }));
  onTestFinished(() => proxy.close());
  const url = new URL(await proxy.url());
  const login = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;

  async function tunnel(to: string, authorization = login) {
    const asked = request({
      host: url.hostname,
      port: url.port,
      method: 'CONNECT',
      path: to,
      headers: { 'proxy-authorization': authorization },
    });
    asked.end();
    const [answer, socket] = await once(asked, 'connect');
    onTestFinished(() => void socket.destroy());
    return { status: answer.statusCode, socket };
  }

  async function get(target: string, authorization = login): Promise<number> {
    const asked = request({
      host: url.hostname,
      port: url.port,
      path: target,
      headers: { 'proxy-authorization': authorization },
    });
    asked.end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    return answer.statusCode;
  }
  return { tunnel, get, url };
}

test('leads to what is allowed and to nothing else, also by a name or a number', async () => {
  const echo = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  onTestFinished(() => void echo.close());
  const { port } = echo.address() as AddressInfo;
  const { tunnel } = await startProxy(['127.0.0.1']);
  const { status, socket } = await tunnel(`127.0.0.1:${port}`);
  expect(status).toBe(200);
  socket.write('hello');
  expect(String((await once(socket, 'data'))[0])).toBe('hello');
  for (const host of ['127.0.0.2', '[::1]', '169.254.169.254', '0.0.0.0', '[::ffff:127.0.0.2]'])
    expect([host, (await tunnel(`${host}:${port}`)).status]).toEqual([host, 451]);
});

test('plain http goes the same way', async () => {
  await using service = await startProviderService(() => ({ status: 204 }));
  const { get } = await startProxy(['127.0.0.1']);
  expect(await get(service.url)).toBe(204);
  expect(await get(service.url.replace('127.0.0.1', '127.0.0.2'))).toBe(451);
});

test('works for nobody who does not know its password', async () => {
  const { tunnel, get, url } = await startProxy(['127.0.0.1']);
  expect((await tunnel('127.0.0.1:1', 'Basic ZGF2aXQ6d3Jvbmc=')).status).toBe(407);
  expect(await get('http://127.0.0.1:1/', '')).toBe(407);
  const socket = connect(Number(url.port), url.hostname);
  onTestFinished(() => void socket.destroy());
  socket.end('CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: 127.0.0.1:1\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toContain('407');
});
