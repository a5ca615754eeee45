import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AcmeServer, startAcmeServer } from '../support/acme-server.ts';
import type { ApiCaller } from '../support/api-caller.ts';
import { type CaddyServer, startCaddyServer } from '../support/caddy-server.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { openByHttp3 } from '../support/http3.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// A real Caddy before the agent's proxy, certificates of a real ACME authority, names in a real DNS.

let caddy: CaddyServer;
let dns: DnsServer;
let acme: AcmeServer;
let platform: Platform;
let api: ApiCaller;
let service: { id: string; url: string };
beforeAll(async () => {
  caddy = await startCaddyServer();
  dns = await startDnsServer();
  acme = await startAcmeServer({ dnsServer: dns.address, httpPort: caddy.httpPort, tlsPort: caddy.httpsPort });
  platform = await startPlatform({
    environment: {
      ...caddy.environment,
      DNS_RESOLVER: dns.address,
      BASE_DOMAIN: 'apps.test',
      BASE_URL: 'https://panel.test',
      ACME_DIRECTORY_URL: acme.directoryUrl,
      ACME_ROOT_FILE: acme.rootFile,
      ACME_EMAIL: 'operator@example.com',
    },
  });
  api = platform.api;
  const project = await api.createProject('tls');
  service = await api.createService(project.id, { name: 'shop', settings: { drainSeconds: 2 } });
  await deployFiles(api, service.id, app('first'));
  await waitUntil('Caddy has its configuration', async () =>
    JSON.stringify(await caddy.config()).includes('davit-http'),
  );
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await acme?.[Symbol.asyncDispose]();
  await dns?.[Symbol.asyncDispose]();
  await caddy?.[Symbol.asyncDispose]();
});

const app = (name: string) =>
  nodeServer(
    `request.url === '/client' ? [request.headers['x-forwarded-proto'], request.headers['x-forwarded-for'], 'x-davit-front' in request.headers].join(' ') : '${name}'`,
  );

/** By TLS, believing in nobody but the ACME authority. */
function openSecurely(host: string, path = '/', headers: Record<string, string> = {}, localAddress = '127.0.0.1') {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const to = { host: '127.0.0.1', port: caddy.httpsPort, servername: host };
    const place = { ...to, localAddress, ca: acme.issuedRoot, agent: false };
    const call = request({ ...place, path, headers: { host, ...headers } }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        reject,
      );
    });
    call.once('error', reject);
    call.end();
  });
}

const openPlainly = (host: string, path = '/') => visit(`http://${host}:${caddy.httpPort}`, path);

async function verify(id: string) {
  const { runId } = await api.done<{ runId: string }>('POST', `/v1/domains/${id}/verify`);
  return await api.runEnded(runId);
}

interface DomainView {
  id: string;
  url: string;
  state: string;
  certificate: { state: string; expiresAt: string | null; issuer: string | null };
}

test('a service answers through Caddy below the base domain', async () => {
  expect(service.url).toBe(`https://shop.apps.test:${caddy.httpsPort}`);
  expect(await openPlainly('shop.apps.test')).toMatchObject({ status: 200, body: 'first' });
  expect((await openPlainly('nobody.apps.test')).status).toBe(404);
});

test('every service has a certificate below the base domain, got when it is first opened; a name of none has not', async () => {
  for (const host of ['shop.apps.test', 'nobody.apps.test']) await dns.addAddress(host, '127.0.0.1');
  expect(await openSecurely('shop.apps.test')).toMatchObject({ status: 200, body: 'first' });
  await expect(openSecurely('nobody.apps.test')).rejects.toThrow(/alert|handshake/i);
});

test('a verified domain has a certificate of the authority, and is sent to https', async () => {
  await dns.setCname('www.brand.test', 'shop.apps.test');
  await dns.addAddress('shop.apps.test', '127.0.0.1');
  const { id } = await api.done<DomainView>('POST', `/v1/services/${service.id}/domains`, { host: 'www.brand.test' });
  expect(await verify(id)).toMatchObject({ state: 'succeeded' });
  const domain = await api.done<DomainView>('GET', `/v1/domains/${id}`);
  expect(domain).toMatchObject({
    state: 'active',
    url: `https://www.brand.test:${caddy.httpsPort}`,
    certificate: { state: 'valid', issuer: expect.stringContaining('Pebble') },
  });
  expect(Date.parse(domain.certificate.expiresAt ?? '')).toBeGreaterThan(Date.now());

  expect(await openSecurely('www.brand.test')).toMatchObject({ status: 200, body: 'first' });
  const sent = await openPlainly('www.brand.test', '/a?b=c');
  expect(sent.status).toBe(308);
  expect(sent.headers['location']).toBe(`https://www.brand.test:${caddy.httpsPort}/a?b=c`);
});

test('an application sees who asks and how, and nobody can claim to be Caddy', async () => {
  const forged = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'http', 'x-davit-front': 'guessed' };
  expect((await openSecurely('www.brand.test', '/client', forged)).body).toBe('https 127.0.0.1 false');
  const direct = await visit(`http://shop.apps.test:${platform.proxyPort}`, '/client', {
    headers: { ...forged, 'x-forwarded-proto': 'https' },
  });
  expect(direct.body).toBe('http 127.0.0.1 false');
});

test('answers are compressed, and HTTP/2 and HTTP/3 are spoken', async () => {
  const long = await api.createService((await api.createProject('long')).id, { name: 'long' });
  await deployFiles(api, long.id, nodeServer(`'x'.repeat(10000)`));
  await dns.addAddress('long.apps.test', '127.0.0.1');
  const squeezed = await openSecurely('long.apps.test', '/', { 'accept-encoding': 'gzip' });
  expect(squeezed.headers['content-encoding']).toBe('gzip');
  expect(squeezed.headers['alt-svc']).toContain('h3=');
  const socket = connect({
    host: '127.0.0.1',
    port: caddy.httpsPort,
    servername: 'www.brand.test',
    ca: acme.issuedRoot,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('h2');
  socket.destroy();
  const seen = await openByHttp3('long.apps.test', caddy.httpsPort, acme.issuedRoot);
  expect(seen).toEqual({ text: 'x'.repeat(10000), protocol: 'h3' });
});

test('a name that davit does not know gets no certificate, though its DNS leads here', async () => {
  await dns.addAddress('unknown.test', '127.0.0.1');
  await expect(openSecurely('unknown.test')).rejects.toThrow(/alert|handshake/i);
  const question = `http://127.0.0.1:${platform.proxyPort}/.davit/may-have-certificate?domain=`;
  expect((await fetch(`${question}unknown.test`)).status).toBe(404);
  expect((await fetch(`${question}www.brand.test`)).status).toBe(200);
  // A service keeps the path for itself.
  expect((await openPlainly('shop.apps.test', '/.davit/may-have-certificate?domain=unknown.test')).body).toBe('first');
});

test('davit itself is reached through Caddy', async () => {
  await dns.addAddress('panel.test', '127.0.0.1');
  expect(await openSecurely('panel.test', '/health')).toMatchObject({ status: 200 });
});

test('davit knows the addresses of those who come through Caddy, and of nobody what they say themselves', async () => {
  const forged = { 'x-forwarded-for': '203.0.113.7', 'x-davit-front': 'guessed' };
  const came = async (address: string, path: string) =>
    await waitUntil(`${address} in the log`, async () =>
      (await platform.log())
        .split('\n')
        .some((line) => line.includes(`"${path}"`) && line.includes(`"address":"${address}"`)),
    );
  for (const address of ['127.0.0.21', '127.0.0.22']) {
    expect(await openSecurely('panel.test', `/from-${address}`, forged, address)).toMatchObject({ status: 404 });
    await came(address, `/from-${address}`);
  }
  // As a service that is a plain process can: at davit's port, and at that of the agent's proxy.
  expect((await fetch(`${platform.url}/direct`, { headers: forged })).status).toBe(404);
  await came('127.0.0.1', '/direct');
  const past = { headers: { ...forged, 'x-forwarded-proto': 'https' } };
  expect((await visit(`http://panel.test:${platform.proxyPort}`, '/past-caddy', past)).status).toBe(308);
  // Whom davit has seen last before it stops it knows again from the first request on.
  await platform.restart();
  await openSecurely('panel.test', '/after', forged, '127.0.0.23');
  await came('127.0.0.23', '/after');
  expect(await platform.log()).not.toContain('203.0.113.7');
});

test('deployments change nothing of Caddy’s configuration, and lose nothing', async () => {
  const before = await caddy.config();
  const visitor = startSteadyVisitor(`http://shop.apps.test:${caddy.httpPort}`, { visitors: 4, pauseMs: 5 });
  for (const name of ['second', 'third']) {
    expect(await deployFiles(api, service.id, app(name))).toMatchObject({ status: 'active' });
  }
  const seen = await visitor.stop();
  expect(seen.failures).toEqual([]);
  expect(seen.bodies).toEqual(['first', 'second', 'third']);
  expect(await caddy.config()).toEqual(before);
});

test('a Caddy that was killed has everything again by itself, and the operator’s site is left alone', async () => {
  expect(await caddy.askOwnSite()).toBe('the operator’s own');
  await caddy.restart();
  await waitUntil('it serves again', () =>
    openPlainly('shop.apps.test').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  expect(await openSecurely('www.brand.test')).toMatchObject({ body: 'third' });
  expect(await caddy.askOwnSite()).toBe('the operator’s own');
});

test('what somebody changed by hand in davit’s part is put back; what is theirs stays', async () => {
  await caddy.change('POST', '/config/apps/http/servers/operator/logs', {});
  await caddy.change('DELETE', '/config/apps/http/servers/davit-http');
  await waitUntil('it serves again', () =>
    openPlainly('shop.apps.test').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  await caddy.change('PATCH', '/config/apps/http/servers/davit/routes', [{ handle: [{ handler: 'static_response' }] }]);
  await waitUntil('it serves again', () =>
    openSecurely('www.brand.test').then(
      ({ body }) => body === 'third',
      () => false,
    ),
  );
  expect(await caddy.config()).toMatchObject({ apps: { http: { servers: { operator: { logs: {} } } } } });
});

test('a domain that is removed is served and certified no more', async () => {
  const { items } = await api.done<{ items: DomainView[] }>('GET', `/v1/services/${service.id}/domains`);
  await api.done('DELETE', `/v1/domains/${items[0]?.id}`);
  expect((await openPlainly('www.brand.test')).status).toBe(404);
  const question = `http://127.0.0.1:${platform.proxyPort}/.davit/may-have-certificate?domain=www.brand.test`;
  expect((await fetch(question)).status).toBe(404);
});
