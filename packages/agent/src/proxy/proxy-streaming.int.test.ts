import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  rawConnection,
  rawExchange,
  route,
  send,
  startInstance,
  startProxy,
  until,
} from '../../test/support/proxy-bed.ts';

describe('a response', () => {
  it('is passed on as it comes: an event stream is seen event by event, its head before the first event', async () => {
    const proxy = await startProxy();
    let emit: (event: string) => void = () => {};
    const instance = await startInstance((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      emit = (event) => response.write(`data: ${event}\n\n`);
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('GET /events HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    await until(() => client.received().includes('text/event-stream'), 'the head');
    for (const event of ['one', 'two']) {
      expect(client.received()).not.toContain(event);
      emit(event);
      await until(() => client.received().includes(`data: ${event}`), event);
    }
  });

  it('without a length ends when the instance ends it, for HTTP/1.1 and for HTTP/1.0', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.write('first,');
      setImmediate(() => response.end('last'));
    });
    await route(proxy, 'app.localhost', instance);
    expect((await send(proxy.address.port, 'app.localhost')).body).toBe('first,last');
    const old = await rawExchange(proxy.address.port, 'GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n');
    expect(old).toMatch(/first,last$/);
    expect(old).not.toMatch(/transfer-encoding/i);
  });

  it('to HEAD has the fields and no body, and the connection goes on', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.setHeader('content-length', 1000);
      response.end('x'.repeat(1000));
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await rawExchange(
      proxy.address.port,
      'HEAD / HTTP/1.1\r\nHost: app.localhost\r\n\r\nHEAD / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n',
    );
    expect(reply.match(/content-length: 1000/gi)).toHaveLength(2);
    expect(reply).not.toContain('xxx');
  });

  it.each([204, 304])('of status %i has no body', async (status) => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => response.writeHead(status, { etag: '"1"' }).end());
    await route(proxy, 'app.localhost', instance);
    expect(await send(proxy.address.port, 'app.localhost')).toMatchObject({
      status,
      body: '',
      headers: { etag: '"1"' },
    });
  });

  it('keeps its trailers', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.setHeader('trailer', 'x-checksum');
      response.write('body');
      response.addTrailers({ 'x-checksum': '42' });
      response.end();
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await send(proxy.address.port, 'app.localhost');
    expect(reply).toMatchObject({ body: 'body', trailers: { 'x-checksum': '42' } });
  });

  it('may be announced by early hints', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      response.end('page');
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await rawExchange(
      proxy.address.port,
      'GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n',
    );
    expect(reply).toMatch(/^HTTP\/1\.1 103 [^]*style\.css[^]*HTTP\/1\.1 200 [^]*page/);
  });

  it('that the instance cuts is cut for the client too, and counted', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('some', () => response.destroy());
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await rawExchange(proxy.address.port, 'GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    expect(reply).toMatch(/some$/);
    expect(proxy.usage()[0]).toMatchObject({ failures: 1 });
    await until(() => proxy.getRoute('app.localhost')?.active['t0'] === 0, 'no open request');
  });

  it('that a slow client does not read makes the instance wait', async () => {
    const proxy = await startProxy();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const total = 256 * 1024 * 1024;
    let written = 0;
    const instance = await startInstance((_, response) => {
      response.writeHead(200, { 'content-length': total });
      const more = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    await route(proxy, 'app.localhost', instance);
    const outgoing = request({ port: proxy.address.port, host: '127.0.0.1', headers: { host: 'app.localhost' } });
    outgoing.end();
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    reply.pause();
    // Socket buffers fill; then nothing moves any more.
    let before = -1;
    await until(async () => {
      if (written === before && written > 0) return true;
      before = written;
      await sleep(250);
      return false;
    }, 'the instance waits');
    expect(written).toBeLessThan(total / 2);
    let read = 0;
    reply.on('data', (part: Buffer) => {
      read += part.length;
    });
    reply.resume();
    await once(reply, 'end');
    expect(read).toBe(total);
  });
});

describe('a client that goes away', () => {
  it('before the response ends its request at the instance', async () => {
    const proxy = await startProxy();
    const events: string[] = [];
    const instance = await startInstance((incoming, response) => {
      events.push('begun');
      response.on('close', () => events.push('closed'));
      incoming.resume();
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    await until(() => events.includes('begun'), 'the request at the instance');
    expect(proxy.getRoute('app.localhost')?.active).toEqual({ t0: 1 });
    client.destroy();
    await until(() => events.includes('closed'), 'its end at the instance');
    expect(proxy.getRoute('app.localhost')?.active).toEqual({ t0: 0 });
    expect(proxy.usage()[0]).toMatchObject({ failures: 0 });
  });

  it('in the middle of an upload leaves the instance with a broken request, not a whole one', async () => {
    const proxy = await startProxy();
    const events: string[] = [];
    const instance = await startInstance((incoming) => {
      incoming.on('data', () => events.push('data'));
      incoming.on('end', () => events.push('end'));
      incoming.on('error', () => events.push('broken'));
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    await until(() => events.includes('data'), 'the first chunk');
    client.destroy();
    await until(() => events.includes('broken'), 'the break');
    expect(events).not.toContain('end');
  });
});
