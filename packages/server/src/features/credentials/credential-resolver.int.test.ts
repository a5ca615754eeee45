import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { createTestCredentials, type TestCredentials } from '../../../test/support/test-credentials.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createExpiryWarnings } from './credential-expiry.ts';

const dayMs = 86_400_000;

let database: TestDatabase;
let own: TestCredentials;
let production: string;
let staging: string;
let now = new Date();
const clock = { now: () => now };
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  now = new Date();
  own = await createTestCredentials(database, clock);
  const { id, environments } = await own.projects.create(own.organizationId, { name: 'shop', description: '' });
  production = environments[0]?.id ?? '';
  staging = (await own.projects.createEnvironment(own.organizationId, id, { name: 'staging', kind: 'staging' })).id;
});

const add = (name: string, more: object = {}) =>
  own.credentials.create(own.actor, { name, provider: 'aws', data: credentialSamples.aws, labels: {}, ...more });
const resolve = (labels: Record<string, string> = {}, environmentId: string | null = production) =>
  own.resolver.resolve({ organizationId: own.organizationId, provider: 'aws', environmentId, labels });

describe('the credential for a manifest', () => {
  test('is the only one for the provider, opened, with what a program needs', async () => {
    await add('prod');
    const { name, reason, fields, variables, secrets } = await resolve();
    expect([name, reason]).toEqual(['prod', 'the only one for aws']);
    expect(fields).toEqual(credentialSamples.aws);
    expect(variables).toMatchObject({ AWS_SECRET_ACCESS_KEY: credentialSamples.aws['secretAccessKey'] });
    expect(secrets).toEqual([credentialSamples.aws['secretAccessKey']]);
  });

  test('is missing: the error says which command creates one', async () => {
    await expect(resolve()).rejects.toMatchObject({
      code: 'CREDENTIAL_NONE_FITS',
      message: "no credential found for provider 'aws'.",
      hint: 'Create one: `davit credential create --name NAME --provider aws`.',
    });
  });

  test('is one of several: the error names them and says how to choose', async () => {
    await add('first');
    await add('second');
    await expect(resolve()).rejects.toMatchObject({
      code: 'CREDENTIAL_AMBIGUOUS',
      message: "several credentials fit provider 'aws': first, second.",
      hint: expect.stringMatching(/^Name one in the manifest: `metadata\.labels\.credential: first`/),
    });
  });

  test('is the one that the manifest names', async () => {
    await add('first');
    const second = await add('second');
    const ways: [string, string][] = [
      ['credential', 'second'],
      ['davit.dev/credential', 'second'],
      ['credential', second.id],
    ];
    for (const [key, value] of ways) {
      expect(await resolve({ [key]: value })).toMatchObject({ name: 'second', reason: 'the manifest names it' });
    }
    await expect(resolve({ credential: 'third' })).rejects.toMatchObject({
      message: "no credential found for provider 'aws' with the name 'third'.",
      hint: expect.stringMatching(/first, second.* --name third --provider aws/),
    });
  });

  test('is the one that the manifest selects by labels', async () => {
    await add('first', { labels: { team: 'web', tier: 'gold' } });
    await add('second', { labels: { team: 'data' } });
    expect(await resolve({ 'davit.dev/credential-selector': 'team=data' })).toMatchObject({
      name: 'second',
      reason: 'the only one for aws with the labels team=data',
    });
    await expect(resolve({ 'davit.dev/credential-selector': 'team=data,tier=gold' })).rejects.toMatchObject({
      message: "no credential found for provider 'aws' with the labels team=data,tier=gold.",
    });
    await expect(resolve({ 'davit.dev/credential-selector': 'team' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'metadata.labels.davit.dev/credential-selector: expected key=value,key=value.',
    });
  });

  test('is that of its environment before that of every one, and never that of another', async () => {
    await add('everywhere');
    await add('production-only', { environmentId: production });
    expect(await resolve({}, production)).toMatchObject({
      name: 'production-only',
      reason: 'the only one for aws in this environment',
    });
    expect(await resolve({}, staging)).toMatchObject({ name: 'everywhere' });
    await expect(resolve({ credential: 'production-only' }, staging)).rejects.toMatchObject({
      code: 'CREDENTIAL_NONE_FITS',
    });
  });

  test('is none that has expired', async () => {
    await add('old', { expiresAt: new Date(now.getTime() + dayMs) });
    now = new Date(now.getTime() + 2 * dayMs);
    await expect(resolve()).rejects.toMatchObject({
      code: 'CREDENTIAL_EXPIRED',
      message: expect.stringMatching(/'old' expired on [\d-]+\.$/),
      hint: expect.stringContaining('davit credential update old --expires'),
    });
    await add('new', { expiresAt: new Date(now.getTime() + dayMs) });
    expect(await resolve()).toMatchObject({ name: 'new' });
  });

  test('is none of another organization', async () => {
    const other = await createTestCredentials(database);
    await other.credentials.create(other.actor, {
      name: 'theirs',
      provider: 'aws',
      data: credentialSamples.aws,
      labels: {},
    });
    await expect(resolve()).rejects.toMatchObject({ code: 'CREDENTIAL_NONE_FITS' });
  });
});

describe('a run that uses a credential', () => {
  const resource = { id: 'res_1', name: 'bucket' };
  const use = async () => {
    const credential = await resolve();
    await own.resolver.use({ organizationId: own.organizationId, credential, runId: 'run_1', resource });
    return credential;
  };

  test('is in the audit log, and holds the credential back until the resource is gone', async () => {
    const { id } = await add('prod');
    await use();
    const log = await own.audit.list(own.organizationId, 10, undefined, { action: 'credential.use' });
    expect(log).toMatchObject([
      { subject: id, details: { runId: 'run_1', resource: 'bucket', reason: 'the only one for aws' } },
    ]);
    await expect(own.credentials.delete(own.actor, id, { force: false })).rejects.toMatchObject({
      code: 'CREDENTIAL_IN_USE',
      details: { resources: ['bucket'] },
    });
    await own.resolver.release(own.organizationId, resource.id);
    await own.credentials.delete(own.actor, id, { force: false });
  });

  test('does not hold it back from being deleted by force', async () => {
    const { id } = await add('prod');
    await use();
    await own.credentials.delete(own.actor, id, { force: true });
    await expect(own.credentials.get(own.organizationId, id)).rejects.toMatchObject({ code: 'CREDENTIAL_NOT_FOUND' });
  });

  test('ends a rotation when it has succeeded with the new fields, and not with the former ones', async () => {
    const { id } = await add('prod');
    const before = await use();
    await own.credentials.update(own.actor, id, { data: { ...credentialSamples.aws, accountId: '999999999999' } });
    await own.resolver.succeeded({ organizationId: own.organizationId, credential: before });
    expect(await own.credentials.get(own.organizationId, id)).toMatchObject({ formerVersionKept: true });
    await own.resolver.succeeded({ organizationId: own.organizationId, credential: await use() });
    expect(await own.credentials.get(own.organizationId, id)).toMatchObject({ formerVersionKept: false });
  });
});

test('of a credential that expires soon its owners are warned, once', async () => {
  await add('soon', { expiresAt: new Date(now.getTime() + 10 * dayMs) });
  await add('later', { expiresAt: new Date(now.getTime() + 20 * dayMs) });
  const warnings = createExpiryWarnings({ db: database.db, audit: own.audit, clock, logger: silentLogger });
  const warned = async () =>
    (await own.audit.list(own.organizationId, 10, undefined, { action: 'credential.expiring' })).map(
      ({ details }) => details['name'],
    );
  await warnings.tick();
  await warnings.tick();
  expect(await warned()).toEqual(['soon']);
  now = new Date(now.getTime() + 10 * dayMs);
  await warnings.tick();
  expect(await warned()).toEqual(['later', 'soon']);
});
