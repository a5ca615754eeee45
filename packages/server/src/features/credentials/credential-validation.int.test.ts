import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { startMotoServer } from '../../../test/support/moto-server.ts';
import { type ProviderAnswer, type Received, startProviderService } from '../../../test/support/provider-service.ts';
import { createTestCredentials, type TestCredentials } from '../../../test/support/test-credentials.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import type { CredentialFields } from './provider.ts';
import type { ProviderName } from './providers.ts';

let database: TestDatabase;
let own: TestCredentials;
beforeAll(async () => {
  database = await createTestDatabase();
  own = await createTestCredentials(database);
});
afterAll(() => database[Symbol.asyncDispose]());

let count = 0;
async function validate(
  provider: ProviderName,
  endpoint: string,
  data: CredentialFields = credentialSamples[provider],
) {
  const input = { name: `validated-${++count}`, provider, data, endpoint, labels: {} };
  const { id } = await own.credentials.create(own.actor, input);
  return await own.credentials.validate(own.actor, id, AbortSignal.timeout(60_000));
}

test('AWS: keys with a signature that a server checks, and the account that they belong to', async () => {
  await using aws = await startMotoServer();
  const keys = await aws.createUser('robot');
  expect(await validate('aws', aws.url, { ...keys })).toMatchObject({
    valid: true,
    identity: expect.stringContaining('user/robot'),
  });
  const wrongSecret = `${keys.secretAccessKey.slice(0, -4)}AAAA`;
  const refused = await validate('aws', aws.url, { ...keys, secretAccessKey: wrongSecret });
  expect(refused).toMatchObject({ valid: false, message: expect.stringMatching(/AWS refused it.*signature/i) });
  expect(refused.message).not.toContain(wrongSecret);
  const other = await validate('aws', aws.url, { ...keys, accountId: '999999999999' });
  expect(other).toMatchObject({ valid: false, message: `These keys belong to the account ${keys.accountId}.` });
});

test('Docker registry: a real one with a file of passwords', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-registry-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [port, password] = [await freePort(), 'a-password-of-this-test'];
  const htpasswd = execFileSync('htpasswd', ['-Bni', 'robot'], { input: password, encoding: 'utf8' });
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(registry, 'exit');
    registry.kill('SIGKILL');
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(
    'the registry answers',
    async () => (await fetch(`${url}/v2/`).catch(() => undefined))?.status === 401,
    30_000,
  );
  const data = { server: 'registry.example.org', username: 'robot', password };
  expect(await validate('docker_registry', url, data)).toMatchObject({ valid: true, identity: 'robot' });
  expect(await validate('docker_registry', url, { ...data, password: 'wrong' })).toMatchObject({ valid: false });
});

/** Not the providers themselves: a server that gives their documented answers. */
interface Script {
  provider: ProviderName;
  path: string;
  isGood: (request: Received) => boolean;
  good: ProviderAnswer;
  bad: ProviderAnswer;
  identity: string | null;
  refusal: string;
}

const sample = (provider: ProviderName, name: string) => credentialSamples[provider][name] ?? '';
const bearer = (token: string) => (request: Received) => request.headers.authorization === `Bearer ${token}`;
const form = ({ body }: Received) => new URLSearchParams(body);

const scripts: readonly Script[] = [
  {
    provider: 'gcp',
    path: '/token',
    isGood: (request) => form(request).get('assertion')?.split('.').length === 3,
    good: { body: { access_token: 'a', token_type: 'Bearer' } },
    bad: { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } },
    identity: 'robot@a-project.iam.gserviceaccount.com',
    refusal: 'Google Cloud refused it (status 400): Invalid JWT Signature.',
  },
  {
    provider: 'azure',
    path: `/${sample('azure', 'tenantId')}/oauth2/v2.0/token`,
    isGood: (request) => form(request).get('client_secret') === sample('azure', 'clientSecret'),
    good: { body: { access_token: 'a' } },
    bad: { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' } },
    identity: sample('azure', 'clientId'),
    refusal: 'Azure refused it (status 401): AADSTS7000215: Invalid client secret.',
  },
  {
    provider: 'cloudflare',
    path: '/client/v4/user/tokens/verify',
    isGood: bearer(sample('cloudflare', 'apiToken')),
    good: { body: { success: true, result: { id: 'token-1', status: 'active' } } },
    bad: { status: 401, body: { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }] } },
    identity: 'token-1',
    refusal: 'Cloudflare refused it (status 401): Invalid API Token',
  },
  {
    provider: 'confluent',
    path: '/org/v2/organizations?page_size=1',
    isGood: ({ headers }) =>
      headers.authorization ===
      `Basic ${Buffer.from(`ABCDEFGH12345678:${sample('confluent', 'apiSecret')}`).toString('base64')}`,
    good: { body: { data: [{ display_name: 'Acme' }] } },
    bad: { status: 401, body: { errors: [{ detail: 'invalid API key' }] } },
    identity: 'Acme',
    refusal: 'Confluent Cloud refused it (status 401): invalid API key',
  },
  {
    provider: 'snowflake',
    path: '/api/v2/statements',
    isGood: ({ headers }) => headers['x-snowflake-authorization-token-type'] === 'KEYPAIR_JWT',
    good: { body: { data: [['ROBOT']] } },
    bad: { status: 401, body: { code: '390144', message: 'JWT token is invalid.' } },
    identity: 'ROBOT',
    refusal: 'Snowflake refused it (status 401): JWT token is invalid.',
  },
  {
    provider: 'digitalocean',
    path: '/v2/account',
    isGood: bearer(sample('digitalocean', 'token')),
    good: { body: { account: { email: 'robot@example.org' } } },
    bad: { status: 401, body: { id: 'Unauthorized', message: 'Unable to authenticate you' } },
    identity: 'robot@example.org',
    refusal: 'DigitalOcean refused it (status 401): Unable to authenticate you',
  },
  {
    provider: 'civo',
    path: '/v2/quota?region=LON1',
    isGood: bearer(sample('civo', 'token')),
    good: { body: { id: 'quota-1' } },
    bad: { status: 401, body: { reason: 'The API key is invalid' } },
    identity: null,
    refusal: 'Civo refused it (status 401): The API key is invalid',
  },
];

describe.each(scripts)(
  '$provider, spoken to as documented',
  ({ provider, path, isGood, good, bad, identity, refusal }) => {
    test('is asked once, and knows the credential', async () => {
      await using service = await startProviderService((request) =>
        request.path === path && isGood(request) ? good : bad,
      );
      expect(await validate(provider, service.url)).toMatchObject({ valid: true, identity });
      expect(service.received.map((request) => request.path)).toEqual([path]);
    });

    test('refuses it in its own words', async () => {
      await using service = await startProviderService(() => bad);
      expect(await validate(provider, service.url)).toMatchObject({ valid: false, message: refusal });
    });

    test('is not followed to where it leads', async () => {
      await using elsewhere = await startProviderService(() => good);
      await using service = await startProviderService(() => ({ status: 302, headers: { location: elsewhere.url } }));
      expect(await validate(provider, service.url)).toMatchObject({
        valid: false,
        message: expect.stringContaining('leads elsewhere'),
      });
      expect(elsewhere.received).toEqual([]);
    });
  },
);

test('MongoDB Atlas: a digest that the other side can check', async () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const part = (header: string, name: string) => new RegExp(`${name}="?([^",]+)`).exec(header)?.[1] ?? '';
  const privateKey = sample('mongodb_atlas', 'privateKey');
  await using service = await startProviderService(({ headers, path }) => {
    const given = headers.authorization ?? '';
    const user = md5(`abcdefgh:MMS Public API:${privateKey}`);
    const wanted = md5(
      [user, 'nonce-1', part(given, 'nc'), part(given, 'cnonce'), 'auth', md5(`GET:${path}`)].join(':'),
    );
    if (part(given, 'response') === wanted) return { body: { results: [{ name: 'Acme' }] } };
    const challenge =
      'Digest realm="MMS Public API", domain="", nonce="nonce-1", algorithm=MD5, qop="auth", stale=false';
    return { status: 401, headers: { 'www-authenticate': challenge }, body: { detail: 'You are not authorized.' } };
  });
  expect(await validate('mongodb_atlas', service.url)).toMatchObject({ valid: true, identity: 'Acme' });
  const wrong = await validate('mongodb_atlas', service.url, { publicKey: 'abcdefgh', privateKey: 'another-key' });
  expect(wrong).toMatchObject({
    valid: false,
    message: 'MongoDB Atlas refused it (status 401): You are not authorized.',
  });
});

test('Kubernetes: a cluster that says who one is', async () => {
  const review = (username: string) => ({ status: 201, body: { status: { userInfo: { username } } } });
  let username = 'system:serviceaccount:default:robot';
  await using service = await startProviderService(({ path }) =>
    path === '/version' ? { body: { gitVersion: 'v1.34.1' } } : review(username),
  );
  expect(await validate('kubernetes', service.url)).toMatchObject({
    valid: true,
    message: 'Kubernetes v1.34.1 knows this user.',
  });
  expect(service.received[0]?.headers.authorization).toMatch(/^Bearer /);
  username = 'system:anonymous';
  expect(await validate('kubernetes', service.url)).toMatchObject({ valid: false });
});

test('a provider’s words are shown without the secret that they repeat', async () => {
  const token = sample('digitalocean', 'token');
  await using service = await startProviderService(() => ({
    status: 401,
    body: { message: `no such token: ${token}\u001b[31m` },
  }));
  const { message } = await validate('digitalocean', service.url);
  expect(message).toBe('DigitalOcean refused it (status 401): no such token: *** [31m');
});

test('a provider that cannot be reached is no refusal', async () => {
  await expect(validate('civo', `http://127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
    code: 'OUTBOUND_UNREACHABLE',
  });
});
