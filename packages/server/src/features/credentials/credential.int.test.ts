import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { createIdleApp, type IdleApp } from '../../../test/support/idle-app.ts';
import type { SignedInAnswer } from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { getProvider, providerNames } from './providers.ts';

let database: TestDatabase;
let app: IdleApp;
let owner: SignedInAnswer;
let stranger: SignedInAnswer;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  owner = await app.register('owner@example.org');
  stranger = await app.register('stranger@example.org');
  url = await app.listen();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface View {
  id: string;
  name: string;
  version: number;
  fields: Record<string, string>;
  secretFields: string[];
  formerVersionKept: boolean;
  warnings: string[];
}

const call = (method: string, path: string, body?: object, who = owner) =>
  app.call(method, path, body, who.accessToken);
const must = <T = View>(method: string, path: string, body?: object) =>
  app.must<T>(method, path, body, owner.accessToken);
const awsBody = (name: string, more: object = {}) => ({ name, provider: 'aws', data: credentialSamples.aws, ...more });

describe('a credential', () => {
  test.each(providerNames)('of %s is stored, and its secrets are in no answer', async (provider) => {
    const data = credentialSamples[provider];
    const answer = await call('POST', '/v1/credentials', {
      name: `kept-${provider.replace('_', '-')}`,
      provider,
      data,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const seen = JSON.stringify([answer.body, await must('GET', `/v1/credentials/${String(answer.body['id'])}`)]);
    const { secrets } = getProvider(provider);
    for (const [name, value] of Object.entries(data)) expect(seen.includes(value)).toBe(!secrets.includes(name));
    expect(answer.body['secretFields']).toEqual(secrets.filter((name) => name in data));
  });

  test('is found by its name as by its id, and listed by provider', async () => {
    const { id } = await must('POST', '/v1/credentials', awsBody('by-name'));
    expect((await must('GET', '/v1/credentials/by-name')).id).toBe(id);
    const { items } = await must<{ items: { provider: string }[] }>('GET', '/v1/credentials?provider=civo');
    expect(new Set(items.map(({ provider }) => provider))).toEqual(new Set(['civo']));
  });

  test('has a name that no other one of the organization has', async () => {
    await must('POST', '/v1/credentials', awsBody('only-one'));
    expect(await call('POST', '/v1/credentials', awsBody('only-one'))).toMatchObject({
      status: 409,
      body: { code: 'CREDENTIAL_NAME_TAKEN' },
    });
  });

  test('is nobody else’s: another organization is told that there is none', async () => {
    const { id } = await must('POST', '/v1/credentials', awsBody('private-one'));
    for (const [method, path, body] of [
      ['GET', `/v1/credentials/${id}`],
      ['PATCH', `/v1/credentials/${id}`, { labels: {} }],
      ['DELETE', `/v1/credentials/${id}?force=true`],
      ['POST', `/v1/credentials/${id}/validate`],
      ['POST', `/v1/credentials/${id}/restore`],
    ] as const) {
      expect((await call(method, path, body, stranger)).status, `${method} ${path}`).toBe(404);
    }
    const list = await call('GET', '/v1/credentials', undefined, stranger);
    expect(list.body['items']).toEqual([]);
  });

  test('warns before its end', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const soon = await must('POST', '/v1/credentials', awsBody('ends-soon', { expiresAt: inDays(3) }));
    const later = await must('POST', '/v1/credentials', awsBody('ends-later', { expiresAt: inDays(90) }));
    expect(soon.warnings).toEqual([expect.stringMatching(/^It expires in 3 days/)]);
    expect(later.warnings).toEqual([]);
  });

  test('keeps what it was before a rotation, and gets it back', async () => {
    const { id, version } = await must('POST', '/v1/credentials', awsBody('rotated'));
    const data = { ...credentialSamples.aws, accountId: '999999999999' };
    const rotated = await must('PATCH', `/v1/credentials/${id}`, { data });
    expect(rotated).toMatchObject({
      version: version + 1,
      formerVersionKept: true,
      fields: { accountId: '999999999999' },
    });
    const restored = await must('POST', `/v1/credentials/${id}/restore`);
    expect(restored).toMatchObject({
      version: version + 2,
      formerVersionKept: false,
      fields: { accountId: '123456789012' },
    });
    expect((await call('POST', `/v1/credentials/${id}/restore`)).body['code']).toBe('CREDENTIAL_NOT_ROTATED');
  });

  test('is sent to no other address than the one that it was given for', async () => {
    const { id } = await must('POST', '/v1/credentials', awsBody('stays'));
    const moved = await call('PATCH', `/v1/credentials/${id}`, { endpoint: 'https://evil.example.org' });
    expect(moved).toMatchObject({ status: 400, body: { errors: [{ pointer: '/endpoint' }] } });
  });

  test('is not validated at an address of davit’s own machine or network', async () => {
    for (const [index, endpoint] of [
      'http://127.0.0.1:1',
      'https://localhost',
      'http://169.254.169.254',
      'https://[::1]',
    ].entries()) {
      const { id } = await must('POST', '/v1/credentials', awsBody(`inside-${index}`, { endpoint }));
      const answer = await call('POST', `/v1/credentials/${id}/validate`);
      expect(answer.body['code'], endpoint).toBe('OUTBOUND_ADDRESS_REFUSED');
    }
  });
});

describe('what is wrong is refused with the field, and without its value', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  test.each([
    ['aws', 'secretAccessKey', 'too-short-hunter2'],
    ['aws', 'accessKeyId', 'hunter2'],
    ['aws', 'accountId', 'hunter2'],
    ['gcp', 'serviceAccountKeyBase64', 'hunter2 is no base64!'],
    ['gcp', 'serviceAccountKeyBase64', base64('hunter2 is no JSON')],
    ['gcp', 'serviceAccountKeyBase64', base64('{"type":"authorized_user","hunter2":1}')],
    ['azure', 'tenantId', 'hunter2'],
    ['snowflake', 'privateKey', 'hunter2'],
    ['kubernetes', 'kubeconfigBase64', base64('hunter2: [')],
    ['docker_registry', 'server', 'https://hunter2/'],
    ['docker_registry', 'server', '-hunter2'],
    ['docker_registry', 'server', 'hunter2;id'],
    ['docker_registry', 'server', '$(hunter2)'],
    ['docker_registry', 'server', 'hunter2\n'],
    ['docker_registry', 'username', 'hunter2\nroot'],
    ['docker_registry', 'username', 'hunter2 -u'],
  ] as const)('%s: %s', async (provider, field, value) => {
    const data = { ...credentialSamples[provider], [field]: value };
    const answer = await call('POST', '/v1/credentials', { name: 'wrong', provider, data });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `/data/${field}` }] } });
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|aHVudGVyM/);
  });

  test('a kubeconfig that runs a program on davit’s machine', async () => {
    const { kubeconfigFor } = await import('../../../test/support/credential-samples.ts');
    const kubeconfig = kubeconfigFor('https://cluster.example.org', { exec: { command: 'sh', args: ['-c', 'id'] } });
    const data = { kubeconfigBase64: base64(kubeconfig) };
    const answer = await call('POST', '/v1/credentials', { name: 'runs', provider: 'kubernetes', data });
    expect(JSON.stringify(answer.body['errors'])).toContain('names a file, a program or a proxy (exec)');
  });

  test.each([
    ['an unknown field', { tea: 1 }, '/tea'],
    ['an unknown field of the provider', { data: { ...credentialSamples.aws, tea: 'x' } }, '/data/tea'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['a label that is no label', { labels: { 'a\nb': 'c' } }, '/labels/a\nb'],
    ['a value of a label', { labels: { team: '<script>' } }, '/labels/team'],
    ['an endpoint with a password', { endpoint: 'https://a:b@example.org' }, '/endpoint'],
    ['an endpoint of another scheme', { endpoint: 'file:///etc/passwd' }, '/endpoint'],
  ])('%s', async (_what, more, pointer) => {
    const answer = await call('POST', '/v1/credentials', awsBody('wrong', more));
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { pointer: string }[])[0]?.pointer).toBe(pointer);
  });

  test('labels named like parts of every object stay labels', async () => {
    const body = JSON.stringify(awsBody('proto')).replace('{"name"', '{"labels":{"__proto__":"x"},"name"');
    const response = await fetch(`${url}/v1/credentials`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.accessToken}` },
      body,
    });
    expect(response.status).toBe(400);
    const kept = await must(
      'POST',
      '/v1/credentials',
      awsBody('constructor-label', { labels: { constructor: 'x', toString: 'y' } }),
    );
    expect(kept).toMatchObject({ labels: { constructor: 'x', toString: 'y' } });
  });
});

test('the database holds no secret of any credential, neither as it is nor in base64', async () => {
  const secrets = providerNames.flatMap((provider) =>
    getProvider(provider).secrets.flatMap((name) => credentialSamples[provider][name] ?? []),
  );
  expect(secrets.length).toBeGreaterThan(10);
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  let dump = '';
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ line: string }>(`select t::text as line from ${name} t`);
    dump += rows.map(({ line }) => line).join('\n');
  }
  expect(dump).toContain('by-name');
  for (const secret of secrets) {
    const hex = Buffer.from(secret).toString('hex');
    for (const text of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), hex])
      expect(dump.includes(text)).toBe(false);
  }
});

test('who may only look changes nothing, and the audit log knows what was done', async () => {
  const { token } = await app.must<{ token: string }>(
    'POST',
    '/v1/api-tokens',
    { name: 'looks', scope: 'read' },
    owner.accessToken,
  );
  expect((await app.call('POST', '/v1/credentials', awsBody('no'), token)).status).toBe(403);
  expect((await app.call('DELETE', '/v1/credentials/by-name', undefined, token)).status).toBe(403);
  const path = `/v1/organizations/${owner.organization.id}/audit-log?limit=200`;
  const { items } = await must<{ items: { action: string; result: string }[] }>('GET', path);
  const seen = new Set(items.map(({ action, result }) => `${action} ${result}`));
  for (const entry of [
    'credential.create done',
    'credential.rotate done',
    'credential.restore done',
    'credential.create refused',
    'credential.delete refused',
  ])
    expect(seen).toContain(entry);
});
