import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiCaller, createApiCaller } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// A domain of one's own leads to a service once DNS shows whose it is; with a real DNS server.

interface DomainView {
  id: string;
  host: string;
  state: string;
  isServed: boolean;
  redirectTo: string | null;
  records: { type: string; name: string; value: string }[];
  seen: string | null;
  advice: string | null;
  certificate: { state: string; detail: string | null };
}

let dns: DnsServer;
let platform: Platform;
let api: ApiCaller;
let service: { id: string; projectId: string; url: string };
beforeAll(async () => {
  dns = await startDnsServer();
  platform = await startPlatform({
    environment: { DNS_RESOLVER: dns.address, BASE_DOMAIN: 'apps.test', OPEN_REGISTRATION: 'true' },
  });
  api = platform.api;
  const project = await api.createProject('domains');
  service = await api.createService(project.id, {
    name: 'shop',
    settings: { responseHeaders: { 'X-Frame-Options': 'DENY' } },
  });
  await deployFiles(api, service.id, nodeServer(`'shop at ' + request.headers.host.split(':')[0] + request.url`));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await dns?.[Symbol.asyncDispose]();
});

const add = (host: string, more: object = {}) =>
  api.done<DomainView>('POST', `/v1/services/${service.id}/domains`, { host, ...more });
const look = (id: string) => api.done<DomainView>('GET', `/v1/domains/${id}`);
const open = (host: string, path = '/') => visit(`http://${host}:${platform.proxyPort}`, path);

async function verify(id: string): Promise<{ state: string; reason: string | null }> {
  const { runId } = await api.done<{ runId: string }>('POST', `/v1/domains/${id}/verify`);
  return await api.runEnded(runId);
}

/** The first check is queued with the domain. */
async function firstCheck(id: string): Promise<DomainView> {
  await waitUntil('it was looked for', async () => {
    const { state, seen } = await look(id);
    return seen !== null && state !== 'verifying';
  });
  return await look(id);
}

describe('a name below a domain', () => {
  let id: string;

  test('that leads nowhere yet is pending, and says which record to make', async () => {
    ({ id } = await add('Shop.Example.TEST.'));
    const domain = await firstCheck(id);
    expect(domain).toMatchObject({
      host: 'shop.example.test',
      state: 'pending',
      isServed: false,
      records: [{ type: 'CNAME', name: 'shop.example.test', value: 'shop.apps.test' }],
      seen: 'shop.example.test has no address.',
    });
    expect(domain.advice).toContain('shop.example.test CNAME shop.apps.test');
    expect((await open('shop.example.test')).status).toBe(404);
  });

  test('that leads elsewhere says where', async () => {
    await dns.setCname('shop.example.test', 'other.hosting.test');
    expect(await verify(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('other.hosting.test') });
    expect(await look(id)).toMatchObject({
      state: 'pending',
      seen: 'shop.example.test is a CNAME for other.hosting.test.',
    });
  });

  test('is served as soon as its CNAME names the service, with the headers of the service', async () => {
    await dns.setCname('shop.example.test', 'shop.apps.test');
    expect(await verify(id)).toMatchObject({ state: 'succeeded' });
    expect(await look(id)).toMatchObject({ state: 'active', isServed: true, advice: null });
    const page = await open('shop.example.test', '/a');
    expect(page).toMatchObject({ status: 200, body: 'shop at shop.example.test/a' });
    expect(page.headers['x-frame-options']).toBe('DENY');
  });

  test('has no certificate without a proxy that has TLS, and says so', async () => {
    const { certificate } = await look(id);
    expect(certificate.state).toBe('unavailable');
    expect(certificate.detail).toContain('PROXY=caddy');
  });

  test('is served by the next release too, and after the server is back', async () => {
    await deployFiles(api, service.id, nodeServer(`'second shop'`));
    expect((await open('shop.example.test')).body).toBe('second shop');
    await platform.kill();
    await platform.start();
    expect((await open('shop.example.test')).body).toBe('second shop');
  });

  test('whose DNS goes wrong says so, and is served on', async () => {
    await dns.clearCname('shop.example.test');
    expect(await verify(id)).toMatchObject({ state: 'failed' });
    expect(await look(id)).toMatchObject({ state: 'failed', isServed: true });
    expect((await open('shop.example.test')).status).toBe(200);
    await dns.setCname('shop.example.test', 'shop.apps.test');
    await verify(id);
    expect(await look(id)).toMatchObject({ state: 'active' });
  });

  test('is refused to another organization while it is served', async () => {
    const stranger = createApiCaller(() => platform.url);
    await stranger.register({ email: 'stranger@example.com', password: 'correct horse battery', name: 'Stranger' });
    const project = await stranger.createProject('theirs');
    const theirs = await stranger.createService(project.id, { name: 'theirs' });
    const answer = await stranger.call('POST', `/v1/services/${theirs.id}/domains`, { host: 'shop.example.test' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'DOMAIN_TAKEN' } });
    expect((await stranger.call('GET', `/v1/domains/${id}`)).status).toBe(404);
    expect((await stranger.call('DELETE', `/v1/domains/${id}`)).status).toBe(404);
    expect((await stranger.call('POST', `/v1/services/${service.id}/domains`, { host: 'a.b.test' })).status).toBe(404);
  });
});

test('an apex is verified by a TXT record, and sends its visitors on to www', async () => {
  const www = await add('www.brand.test');
  await dns.setCname('www.brand.test', 'shop.apps.test');
  await verify(www.id);
  const apex = await add('brand.test', { redirectTo: 'www.brand.test' });
  const txt = apex.records.find(({ type }) => type === 'TXT');
  expect(txt?.name).toBe('_davit.brand.test');
  await dns.addTxt('_davit.brand.test', txt?.value ?? '');
  expect(await verify(apex.id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('The TXT record is right'),
  });
  await dns.addAddress('brand.test', '127.0.0.1');
  expect(await verify(apex.id)).toMatchObject({ state: 'succeeded' });

  const answer = await open('brand.test', '/x?y=1');
  expect(answer.status).toBe(308);
  expect(answer.headers['location']).toBe(`http://www.brand.test:${platform.proxyPort}/x?y=1`);
  expect(await api.call('PATCH', `/v1/domains/${www.id}`, { redirectTo: 'brand.test' })).toMatchObject({
    status: 400,
    body: { code: 'DOMAIN_REDIRECT_INVALID' },
  });

  await api.done('DELETE', `/v1/domains/${www.id}`);
  expect((await open('www.brand.test')).status).toBe(404);
  expect((await open('brand.test')).body).toBe('second shop');
});

test('whoever may change the records has the name, not whoever asked first', async () => {
  const squatter = await add('wanted.test');
  const owner = createApiCaller(() => platform.url);
  await owner.register({ email: 'wanted@example.com', password: 'correct horse battery', name: 'Wanted' });
  const project = await owner.createProject('real');
  const real = await owner.createService(project.id, { name: 'real' });
  const theirs = await owner.done<DomainView>('POST', `/v1/services/${real.id}/domains`, { host: 'wanted.test' });
  await dns.addAddress('wanted.test', '127.0.0.1');
  await dns.addTxt('_davit.wanted.test', theirs.records.find(({ type }) => type === 'TXT')?.value ?? '');
  const { runId } = await owner.done<{ runId: string }>('POST', `/v1/domains/${theirs.id}/verify`);
  expect(await owner.runEnded(runId)).toMatchObject({ state: 'succeeded' });
  expect(await verify(squatter.id)).toMatchObject({ state: 'failed' });
  expect(await look(squatter.id)).toMatchObject({ isServed: false });
});

async function doctorOnOwnNames(): Promise<{ check: string }[]> {
  const { findings } = await api.done<{ findings: { check: string }[] }>('GET', '/v1/platform/doctor');
  return findings.filter(({ check }) => check === 'domains.own');
}

test('what has become the name of davit itself is no service’s any more, and says what to change', async () => {
  const { id } = await add('www.own.test');
  await dns.setCname('www.own.test', 'shop.apps.test');
  await verify(id);
  expect((await open('www.own.test')).status).toBe(200);

  await platform.reconfigure({ BASE_URL: 'http://www.own.test' });
  expect(await look(id)).toMatchObject({ isServed: false });
  const found = { check: 'domains.own', state: 'warn', title: 'Domain www.own.test' };
  expect(await doctorOnOwnNames()).toMatchObject([found]);
  expect(await verify(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('BASE_URL') });
  expect(await look(id)).toMatchObject({
    state: 'failed',
    isServed: false,
    seen: 'www.own.test is where davit itself is reached.',
    advice: expect.stringContaining('Remove it'),
  });
  await waitUntil('its route is gone', async () => (await open('www.own.test')).status === 404);
  expect(await doctorOnOwnNames()).toMatchObject([{ ...found, mend: expect.stringContaining('Remove it') }]);

  await platform.reconfigure({ BASE_URL: 'http://davit.test' });
  expect(await doctorOnOwnNames()).toEqual([]);
  expect(await verify(id)).toMatchObject({ state: 'succeeded' });
  expect((await open('www.own.test')).status).toBe(200);
});

test('a CNAME that its owner forgot gives nobody the name: the host name of a service that is gone is nobody else’s', async () => {
  const owner = createApiCaller(() => platform.url);
  await owner.register({ email: 'forgetful@example.com', password: 'correct horse battery', name: 'Forgetful' });
  const claim = (by: ApiCaller, serviceId: string) =>
    by.done<DomainView>('POST', `/v1/services/${serviceId}/domains`, { host: 'www.forgotten.test' });
  const verifyAs = async (by: ApiCaller, domain: string) =>
    await by.runEnded((await by.done<{ runId: string }>('POST', `/v1/domains/${domain}/verify`)).runId);
  await dns.setCname('www.forgotten.test', 'left.apps.test');
  const first = await owner.createProject('first');
  const left = await owner.createService(first.id, { name: 'left' });
  expect(await verifyAs(owner, (await claim(owner, left.id)).id)).toMatchObject({ state: 'succeeded' });
  const deletion = await owner.done<{ runId: string }>('DELETE', `/v1/projects/${first.id}?cascade=true`);
  expect(await owner.runEnded(deletion.runId)).toMatchObject({ state: 'succeeded' });

  const taken = await api.createService(service.projectId, { name: 'left' });
  expect(new URL(taken.url).hostname).toMatch(/^left-\d+\.apps\.test$/);
  await deployFiles(api, taken.id, nodeServer(`'taken over'`));
  const theirs = await claim(api, taken.id);
  expect(await verifyAs(api, theirs.id)).toMatchObject({ state: 'failed' });
  expect(await look(theirs.id)).toMatchObject({ state: 'pending', isServed: false });
  expect((await open('www.forgotten.test')).status).toBe(404);
  expect((await open('left.apps.test')).status).toBe(404);

  const second = await owner.createProject('second');
  const again = await owner.createService(second.id, { name: 'left' });
  expect(new URL(again.url).hostname).toBe('left.apps.test');
  expect(await verifyAs(owner, (await claim(owner, again.id)).id)).toMatchObject({ state: 'succeeded' });
});

test('what was done to domains is in the audit log, and goes with the service', async () => {
  const organization = await api.done<{ items: { id: string }[] }>('GET', '/v1/organizations');
  const log = await api.done<{ items: { action: string }[] }>(
    'GET',
    `/v1/organizations/${organization.items[0]?.id}/audit-log?limit=200`,
  );
  const actions = new Set(log.items.map(({ action }) => action));
  for (const action of ['domain.create', 'domain.verify', 'domain.update', 'domain.delete'])
    expect(actions).toContain(action);

  const { runId } = await api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`);
  await api.runEnded(runId);
  expect((await open('shop.example.test')).status).toBe(404);
  const { rows } = await platform.database.pool.query('select host from domains where service_id = $1', [service.id]);
  expect(rows).toEqual([]);
});
