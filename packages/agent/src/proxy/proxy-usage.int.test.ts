import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { rawConnection, route, send, startInstance, startProxy, until } from '../../test/support/proxy-bed.ts';
import type { RouteUsage } from '../protocol/protocol.ts';
import type { Proxy } from './proxy.ts';
import { latencyBucket } from './route-counters.ts';

const usageOf = (proxy: Proxy): RouteUsage => {
  const [usage] = proxy.usage();
  if (!usage) throw new Error('the route has no usage');
  return usage;
};

const bucketsOf = ({ latency }: RouteUsage): number[] => Object.keys(latency).map(Number);

describe('the usage of a route', () => {
  it('has responses by class, also those that the proxy makes, each with its latency', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      response.writeHead(Number(incoming.url?.slice(1))).end();
    });
    await route(proxy, 'app.localhost', instance);
    expect(proxy.usage()).toEqual([]);
    for (const path of ['/200', '/204', '/301', '/404', '/500'])
      await send(proxy.address.port, 'app.localhost', { path });
    await instance.stop();
    expect((await send(proxy.address.port, 'app.localhost')).status).toBe(502);
    const usage = usageOf(proxy);
    expect(usage).toMatchObject({ owner: 'owner', requests: 6, failures: 1, responses: [0, 2, 1, 1, 2] });
    expect(Object.values(usage.latency).reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(Date.parse(usage.since)).toBeLessThanOrEqual(Date.now());
  });

  it('takes the time until the head of the response, not until the end of its body', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      if (incoming.url === '/late') setTimeout(() => response.end('late'), 400);
      else {
        response.write('first');
        setTimeout(() => response.end('last'), 400);
      }
    });
    await route(proxy, 'app.localhost', instance);
    await send(proxy.address.port, 'app.localhost', { path: '/late' });
    expect(Math.max(...bucketsOf(usageOf(proxy)))).toBeGreaterThanOrEqual(latencyBucket(390));
    // Counted while the body is still on its way.
    const outgoing = request({ port: proxy.address.port, host: '127.0.0.1', headers: { host: 'app.localhost' } }).end();
    const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
    expect(usageOf(proxy).responses).toEqual([0, 2, 0, 0, 0]);
    incoming.resume();
    await once(incoming, 'end');
    expect(usageOf(proxy).responses).toEqual([0, 2, 0, 0, 0]);
  });

  it('counts a change of protocols as a response, and one that is refused', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => response.writeHead(403).end());
    instance.server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    });
    await route(proxy, 'app.localhost', instance);
    const ask = 'GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';
    rawConnection(proxy.address.port).write(ask);
    await until(() => proxy.usage()[0]?.responses[0] === 1, 'the switch');
    await route(proxy, 'app.localhost');
    rawConnection(proxy.address.port).write(ask);
    await until(() => proxy.usage()[0]?.responses[4] === 1, 'the refusal');
    expect(usageOf(proxy)).toMatchObject({ requests: 2, failures: 1 });
  });

  it('has a request without a response when its client does not wait for one', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', await startInstance(() => {}));
    const socket = rawConnection(proxy.address.port);
    socket.write('GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    await until(() => proxy.usage()[0]?.requests === 1, 'the request');
    socket.destroy();
    await sleep(50);
    expect(usageOf(proxy)).toMatchObject({ requests: 1, failures: 0, responses: [0, 0, 0, 0, 0], latency: {} });
  });

  it('goes on over changes of its instances, and begins anew with the route', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => response.end());
    await route(proxy, 'app.localhost', instance);
    await send(proxy.address.port, 'app.localhost');
    const { since } = usageOf(proxy);
    await route(proxy, 'app.localhost', { port: instance.port, id: 'other' });
    await send(proxy.address.port, 'app.localhost');
    expect(usageOf(proxy)).toMatchObject({ requests: 2, since });
    await proxy.removeRoute('app.localhost');
    expect(proxy.usage()).toEqual([]);
    await sleep(5);
    await route(proxy, 'app.localhost', instance);
    await send(proxy.address.port, 'app.localhost');
    expect(usageOf(proxy).requests).toBe(1);
    expect(usageOf(proxy).since).not.toBe(since);
  });
});
