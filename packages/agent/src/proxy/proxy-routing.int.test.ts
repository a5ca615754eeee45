import { describe, expect, it } from 'vitest';
import { rawExchange, route, send, startInstance, startProxy } from '../../test/support/proxy-bed.ts';

const named = (name: string) => startInstance((_, response) => response.end(name));

describe('a request finds its service by host name', () => {
  it('whatever the case, with a port, with a trailing dot', async () => {
    const proxy = await startProxy();
    await route(proxy, 'One.localhost', await named('one'));
    await route(proxy, 'two.localhost', await named('two'));
    for (const host of [
      'one.localhost',
      'ONE.LOCALHOST',
      'one.localhost:4080',
      'one.localhost.',
      'One.Localhost.:80',
    ]) {
      expect((await send(proxy.address.port, host)).body).toBe('one');
    }
    expect((await send(proxy.address.port, 'two.localhost')).body).toBe('two');
  });

  it('by the authority of a target in absolute form, which counts more than the Host field', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((request, response) => response.end(`${request.headers.host} ${request.url}`));
    await route(proxy, 'one.localhost', instance);
    const reply = await rawExchange(
      proxy.address.port,
      'GET http://one.localhost:4080/path?q=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n',
    );
    expect(reply).toContain('one.localhost:4080 /path?q=1');
  });

  it('in turn over the instances of a service', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost', await named('a'), await named('b'), await named('c'));
    const bodies = new Set<string>();
    for (let i = 0; i < 3; i += 1) bodies.add((await send(proxy.address.port, 'app.localhost')).body);
    expect(bodies).toEqual(new Set(['a', 'b', 'c']));
  });

  it('on IPv4 and IPv6 at the same port', async () => {
    const proxy = await startProxy({ host: ['127.0.0.1', '::1'] });
    await route(proxy, 'app.localhost', await named('app'));
    for (const address of ['127.0.0.1', '[::1]']) {
      const reply = await fetch(`http://${address}:${proxy.address.port}/`, {
        headers: { accept: 'application/json' },
      });
      expect(reply.status).toBe(404);
    }
  });
});

describe('what the proxy answers itself', () => {
  it('404 for an unknown name, in the form that the client reads', async () => {
    const { address } = await startProxy();
    const json = await send(address.port, 'nobody.localhost', { headers: { accept: 'application/json' } });
    expect(json.status).toBe(404);
    expect(json.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(json.body)).toMatchObject({ status: 404, detail: expect.stringContaining('nobody.localhost') });
    expect(JSON.parse(json.body).requestId).toBe(json.headers['x-request-id']);
    const html = await send(address.port, 'nobody.localhost', { headers: { accept: 'text/html,*/*' } });
    expect(html.headers['content-type']).toContain('text/html');
    expect(html.body).toContain('nobody.localhost');
    expect((await send(address.port, 'nobody.localhost')).headers['content-type']).toContain('text/plain');
  });

  it.each(['<script>alert(1)</script>', 'a"onload=x', '../../etc/passwd', 'a b', 'x@y', 'a'.repeat(300), 'a\u00e9'])(
    '400 for the hostile host "%s", which is not repeated',
    async (host) => {
      const { address } = await startProxy();
      const reply = await rawExchange(
        address.port,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      );
      expect(reply).toMatch(/^HTTP\/1\.1 400 /);
      expect(reply).not.toContain(host);
    },
  );

  it('503 with Retry-After for a service without instances', async () => {
    const proxy = await startProxy();
    await route(proxy, 'app.localhost');
    const reply = await send(proxy.address.port, 'app.localhost');
    expect(reply.status).toBe(503);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('502 for an instance that is down', async () => {
    const proxy = await startProxy();
    const instance = await named('app');
    await instance.stop();
    await route(proxy, 'app.localhost', instance);
    expect((await send(proxy.address.port, 'app.localhost')).status).toBe(502);
    expect(proxy.usage()).toMatchObject([{ host: 'app.localhost', requests: 1, failures: 1 }]);
  });

  it('504 for an instance that does not answer in time', async () => {
    const proxy = await startProxy({ limits: { upstreamTimeoutMs: 200 } });
    await route(proxy, 'app.localhost', await startInstance(() => {}));
    expect((await send(proxy.address.port, 'app.localhost')).status).toBe(504);
  });

  it('an answer to a large upload that nobody takes reaches its sender', async () => {
    const { address } = await startProxy();
    const reply = await send(address.port, 'nobody.localhost', { method: 'POST', body: 'x'.repeat(400_000) });
    expect(reply.status).toBe(404);
    expect(reply.headers.connection).toBe('close');
  });

  it('405 for CONNECT', async () => {
    const { address } = await startProxy();
    const reply = await rawExchange(address.port, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 405 /);
  });
});

describe('bytes that are not one clear request never reach an instance', () => {
  const smuggled = 'GET /admin HTTP/1.1\r\nHost: app.localhost\r\n\r\n';
  it.each([
    ['both lengths', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['both lengths the other way round', `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: 44\r\n\r\n${smuggled}`],
    ['a list of lengths', `Content-Length: 0, 44\r\n\r\n${smuggled}`],
    ['a signed length', `Content-Length: +5\r\n\r\nhello${smuggled}`],
    ['an unknown coding', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunked twice', `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a space before the colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a folded field', `X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['bare line feeds', `Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n${smuggled}`],
    ['a bare carriage return', `X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a NUL', `X-A: b\0c\r\n\r\n`],
    ['two hosts', 'Host: other.localhost\r\n\r\n'],
  ])('%s', async (_, rest) => {
    const proxy = await startProxy();
    const seen: (string | undefined)[] = [];
    const instance = await startInstance((request, response) => {
      seen.push(request.url);
      response.end('app');
    });
    await route(proxy, 'app.localhost', instance);
    const first = 'POST /first HTTP/1.1\r\nHost: app.localhost\r\n';
    expect(await rawExchange(proxy.address.port, first + rest)).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  it('a request without a host is refused', async () => {
    const { address } = await startProxy();
    expect(await rawExchange(address.port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('a bad chunk in the middle of a body ends it, and what follows is not a request', async () => {
    const proxy = await startProxy();
    const seen: (string | undefined)[] = [];
    const instance = await startInstance((request, response) => {
      seen.push(request.url);
      request.resume().on('end', () => response.end('whole'));
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await rawExchange(
      proxy.address.port,
      `POST /first HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n${smuggled}`,
    );
    expect(reply).not.toContain('whole');
    expect(seen.every((path) => path === '/first')).toBe(true);
  });

  it('a head that is too large gets 431', async () => {
    const { address } = await startProxy();
    const reply = await rawExchange(address.port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('a head that never ends gets 408', async () => {
    const { address } = await startProxy({ limits: { headersTimeoutMs: 300 } });
    const reply = await rawExchange(address.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    expect(reply).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a connection that asks for nothing more is closed', async () => {
    const proxy = await startProxy({ limits: { keepAliveTimeoutMs: 200 } });
    await route(proxy, 'app.localhost', await named('app'));
    const reply = await rawExchange(proxy.address.port, 'GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('fields of a request', () => {
  async function fieldsSeen(headers: Record<string, string>): Promise<Record<string, string>> {
    const proxy = await startProxy();
    const instance = await startInstance((request, response) => response.end(JSON.stringify(request.headers)));
    await route(proxy, 'app.localhost', instance);
    const reply = await send(proxy.address.port, 'app.localhost:4080', { headers });
    return JSON.parse(reply.body) as Record<string, string>;
  }

  it('the client and what it asked for are told to the instance; the host stays', async () => {
    expect(await fieldsSeen({ cookie: 'a=b' })).toMatchObject({
      host: 'app.localhost:4080',
      cookie: 'a=b',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'app.localhost:4080',
      forwarded: 'for=127.0.0.1;host="app.localhost:4080";proto=http',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('what a client says of itself in them is not believed, with dashes or with underscores', async () => {
    const seen = await fieldsSeen({
      'X-Forwarded-For': '6.6.6.6',
      'x-forwarded-proto': 'https',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Prefix': '/evil',
      X_Forwarded_For: '6.6.6.6',
      'X-Forwarded_Proto': 'https',
      Forwarded: 'for=6.6.6.6;host=evil.example',
      'X-Real-IP': '6.6.6.6',
      X_Real_IP: '6.6.6.6',
      'X-Request-Id': 'evil',
    });
    expect(JSON.stringify(seen)).not.toMatch(/6\.6\.6\.6|evil|https/);
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('fields of the connection are not passed on, nor can a client have the proxy drop its own', async () => {
    const seen = await fieldsSeen({
      connection: 'keep-alive, x-secret, x-forwarded-for',
      'x-secret': '1',
      te: 'trailers',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'keep-alive',
      'proxy-authorization': 'Basic eA==',
    });
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-secret']));
    expect(seen['te'] ?? seen['keep-alive'] ?? seen['proxy-connection'] ?? seen['proxy-authorization']).toBeUndefined();
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('those of a response come back as they are, but for the ones of the connection', async () => {
    const proxy = await startProxy();
    const instance = await startInstance((_, response) => {
      response.writeHead(299, 'Fine', [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Connection', 'keep-alive, x-hop'],
        ['X-Hop', '1'],
        ['X-Latin', 'caf\u00e9'],
      ] as unknown as string[]);
      response.end('ok');
    });
    await route(proxy, 'app.localhost', instance);
    const reply = await send(proxy.address.port, 'app.localhost');
    expect(reply.status).toBe(299);
    expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(reply.headers['x-hop']).toBeUndefined();
    expect(reply.headers['x-latin']).toBe('caf\u00e9');
  });
});
