import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
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

describe('a request body', () => {
  it('is passed on while it comes, and the response may begin before it has ended', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      response.flushHeaders();
      incoming.pipe(response);
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
    for (const word of ['alpha', 'gamma']) {
      client.write(`5\r\n${word}\r\n`);
      await until(() => client.received().includes(word), `the echo of ${word}`);
    }
    client.write('0\r\n\r\n');
    await once(client, 'close');
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])('of %s keeps its length', async (method) => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
      void text(incoming).then((body) => response.end(`${length} ${coding} ${body}`));
    });
    await route(proxy, 'app.localhost', instance);
    const options = { method, body: 'four', headers: { 'content-length': 4 } };
    expect((await send(proxy.address.port, 'app.localhost', options)).body).toBe('4 undefined four');
    expect(proxy.usage()[0]).toMatchObject({ bytesIn: 4, bytesOut: '4 undefined four'.length });
  });

  it('that an instance does not read makes the client wait', async () => {
    const proxy = await startProxy();
    let read: (() => void) | undefined;
    const instance = await startInstance((incoming, response) => {
      let bytes = 0;
      incoming.pause();
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.on('end', () => response.end(String(bytes)));
      read = () => incoming.resume();
    });
    await route(proxy, 'app.localhost', instance);
    const total = 128 * 1024 * 1024;
    let sent = 0;
    const content = Readable.from(
      (function* () {
        for (; sent < total; sent += 65_536) yield Buffer.alloc(65_536, 'x');
      })(),
    );
    const headers = { host: 'app.localhost' };
    const outgoing = request({ port: proxy.address.port, host: '127.0.0.1', method: 'POST', headers });
    content.pipe(outgoing);
    let before = -1;
    await until(async () => {
      if (sent === before && read) return true;
      before = sent;
      await sleep(250);
      return false;
    }, 'the client waits');
    expect(sent).toBeLessThan(total / 2);
    read?.();
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(await text(reply)).toBe(String(total));
  });

  it('waits for 100 Continue, which is sent when an instance takes it and not otherwise', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      incoming.resume().on('end', () => response.end(`expect=${incoming.headers.expect}`));
    });
    await route(proxy, 'app.localhost', instance);
    const head = (host: string) =>
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    const client = rawConnection(proxy.address.port);
    client.write(head('app.localhost'));
    await until(() => client.received().startsWith('HTTP/1.1 100 Continue\r\n\r\n'), '100 Continue');
    client.write('hello');
    await once(client, 'close');
    expect(client.received()).toMatch(/HTTP\/1\.1 200 [^]*expect=undefined/);
    expect(await rawExchange(proxy.address.port, head('nobody.localhost'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('that an instance refuses half-way leaves the client with the refusal', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((incoming, response) => {
      incoming.once('data', () => response.writeHead(413, { connection: 'close' }).end('too large'));
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 1000000\r\n\r\nbegin');
    await until(() => /^HTTP\/1\.1 413 [^]*too large/.test(client.received()), 'the refusal');
  });

  it('that stalls is given up', async () => {
    const proxy = await startProxy({ limits: { upstreamTimeoutMs: 300 } });
    let broken = false;
    const instance = await startInstance((incoming) => {
      incoming.resume().on('error', () => {
        broken = true;
      });
    });
    await route(proxy, 'app.localhost', instance);
    const client = rawConnection(proxy.address.port);
    client.write('POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 10\r\n\r\nhalf');
    await once(client, 'close');
    await until(() => broken, 'the end of the request at the instance');
  });
});
