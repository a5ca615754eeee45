import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ImageRegistry, startImageRegistry } from '../../../../test/support/image-registry.ts';
import { startProviderService } from '../../../../test/support/provider-service.ts';
import { createGuardedFetch } from '../../../platform/outbound/guarded-fetch.ts';
import { createDistributionRegistry } from './distribution-registry.ts';

let real: ImageRegistry;
beforeAll(async () => {
  real = await startImageRegistry();
});
afterAll(() => real[Symbol.asyncDispose]());

const signal = new AbortController().signal;
const fetch = createGuardedFetch({ networks: ['0.0.0.0/0', '::/0'] });

function registryAt(origin: string, changes: { username?: string; password?: string; path?: string } = {}) {
  const { username, password } = real;
  return createDistributionRegistry({ origin, path: 'team', username, password, fetch, ...changes });
}

test('a user who may push is told so, and nothing is left behind', async () => {
  expect(await registryAt(`http://${real.host}`).test(signal)).toEqual({
    ok: true,
    detail: `${real.username} may push below ${real.host}/team.`,
  });
  expect(await (await real.ask('GET', '/v2/_catalog')).json()).toEqual({ repositories: [] });
});

test('a wrong password is the cause', async () => {
  const verdict = await registryAt(`http://${real.host}`, { password: 'wrong' }).test(signal);
  expect(verdict).toMatchObject({ ok: false, detail: expect.stringContaining('the name or the password is wrong') });
  expect(JSON.stringify(verdict)).not.toContain(real.password);
});

test('a registry that wants a name, and gets none, says so', async () => {
  expect(await registryAt(`http://${real.host}`, { username: '', password: '' }).test(signal)).toMatchObject({
    ok: false,
    detail: 'The registry wants to know who asks.',
  });
});

test.each([
  ['http://127.0.0.1:1', /^Nothing listens at 127\.0\.0\.1:1\./],
  ['https://registry.invalid', /^There is no host with the name registry\.invalid/],
])('%s: the connection is the cause', async (origin, detail) => {
  expect(await registryAt(origin).test(signal)).toMatchObject({ ok: false, detail: expect.stringMatching(detail) });
});

test('a port without TLS is the cause', async () => {
  expect(await registryAt(`https://${real.host}`).test(signal)).toMatchObject({
    detail: `${real.host} speaks no TLS.`,
  });
});

test('a certificate that nobody vouches for is the cause', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-certificate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'certificate')];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    ...files,
  ]);
  const server = createServer({
    key: readFileSync(join(folder, 'key')),
    cert: readFileSync(join(folder, 'certificate')),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await registryAt(`https://${host}`).test(signal)).toMatchObject({
    ok: false,
    detail: `The certificate of ${host} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT).`,
  });
});

test('something that is no registry is the cause', async () => {
  await using service = await startProviderService(() => ({ status: 404, body: 'nothing' }));
  const origin = new URL(service.url).origin;
  expect(await registryAt(origin).test(signal)).toMatchObject({
    detail: expect.stringContaining('as no image registry does'),
  });
});

test('a robot that signs in by token and may only pull has no permission to push', async () => {
  const asked: string[] = [];
  await using service = await startProviderService(({ path: url, headers }) => {
    asked.push(url);
    if (url === '/v2/') {
      const realm = `Bearer realm="http://${headers.host}/token",service="harbor"`;
      return { status: 401, headers: { 'www-authenticate': realm } };
    }
    if (url.startsWith('/token')) return { body: JSON.stringify({ token: 'abc' }) };
    const errors = [{ code: 'DENIED', message: 'requested access to the resource is denied' }];
    return { status: headers.authorization === 'Bearer abc' ? 403 : 401, body: JSON.stringify({ errors }) };
  });
  const verdict = await registryAt(new URL(service.url).origin).test(signal);
  expect(verdict).toMatchObject({
    ok: false,
    detail: `${real.username} has no permission to push below team. It says: DENIED, requested access to the resource is denied.`,
  });
  expect(asked.find((url) => url.startsWith('/token'))).toContain(
    'scope=repository%3Ateam%2Fdavit-connection-test%3Apull%2Cpush',
  );
});

test('one repository is tried for itself: what may be done with it, and what not', async () => {
  const registry = registryAt(`http://${real.host}`);
  expect(await registry.testAccess('team/app', 'push', signal)).toEqual({
    ok: true,
    detail: `${real.username} may push to ${real.host}/team/app.`,
  });
  expect(await registry.testAccess('team/nothing', 'pull', signal)).toMatchObject({
    ok: false,
    detail: expect.stringMatching(
      /^The registry has no repository team\/nothing, or does not show it to .+NAME_UNKNOWN/,
    ),
  });
  await expect(registry.testAccess('../other', 'pull', signal)).rejects.toThrow('no name of a repository');
});

test('a robot that may not even pull is told so, by a token that was asked for pulling alone', async () => {
  const asked: string[] = [];
  await using service = await startProviderService(({ path: url, headers }) => {
    asked.push(url);
    const challenge = { 'www-authenticate': `Bearer realm="http://${headers.host}/token",service="harbor"` };
    if (url === '/v2/') return { status: 401, headers: challenge };
    if (url.startsWith('/token')) return { body: JSON.stringify({ token: 'abc' }) };
    return { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message: 'no' }] }) };
  });
  const { origin, host } = new URL(service.url);
  expect(await registryAt(origin).testAccess('team/app', 'pull', signal)).toEqual({
    ok: false,
    detail: `${real.username} has no permission to pull from ${host}/team/app. It says: DENIED, no.`,
    mend: 'Give the user or robot the right to pull there.',
  });
  expect(asked.find((url) => url.startsWith('/token'))).toContain('scope=repository%3Ateam%2Fapp%3Apull');
  expect(asked.some((url) => url.includes('push'))).toBe(false);
});

test('a manifest is forgotten, and one that is gone is fine', async () => {
  const config = Buffer.from('{}');
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  const authorization = `Basic ${Buffer.from(`${real.username}:${real.password}`).toString('base64')}`;
  const begun = await real.ask('POST', '/v2/team/app/blobs/uploads/');
  const location = new URL(begun.headers.get('location') ?? '', `http://${real.host}`);
  location.searchParams.set('digest', digest);
  await globalThis.fetch(location, { method: 'PUT', headers: { authorization }, body: config });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    layers: [],
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
  });
  const put = await globalThis.fetch(`http://${real.host}/v2/team/app/manifests/one`, {
    method: 'PUT',
    headers: { authorization, 'content-type': mediaType },
    body: manifest,
  });
  const stored = put.headers.get('docker-content-digest') ?? '';
  const registry = registryAt(`http://${real.host}`);
  for (const _again of [1, 2]) await registry.removeManifest('team/app', stored, signal);
  expect((await real.ask('GET', `/v2/team/app/manifests/${stored}`)).status).toBe(404);

  await globalThis.fetch(`http://${real.host}/v2/team/app/manifests/cache`, {
    method: 'PUT',
    headers: { authorization, 'content-type': mediaType },
    body: manifest,
  });
  expect((await real.ask('GET', '/v2/team/app/manifests/cache')).status).toBe(200);
  for (const _again of [1, 2]) await registry.removeTag('team/app', 'cache', signal);
  expect((await real.ask('GET', '/v2/team/app/manifests/cache')).status).toBe(404);
});
