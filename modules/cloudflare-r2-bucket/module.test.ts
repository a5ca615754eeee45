import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';

const accountId = '0123456789abcdef0123456789abcdef';
const zoneId = 'fedcba9876543210fedcba9876543210';
const run = (spec: Record<string, unknown>) =>
  mockStack(program, { kind: 'CloudflareR2Bucket', name: 'archive', spec: { accountId, ...spec } });

const managedDomain = 'cloudflare:index/r2ManagedDomain:R2ManagedDomain';
const lifecycle = 'cloudflare:index/r2BucketLifecycle:R2BucketLifecycle';

describe('a bucket', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('has its name, account and class', () => {
    expect(stack.types()).toEqual([
      'cloudflare:index/r2Bucket:R2Bucket',
      lifecycle,
      managedDomain,
      'pulumi:providers:cloudflare',
    ]);
    expect(stack.argsOf('cloudflare:index/r2Bucket:R2Bucket')).toEqual({
      accountId,
      name: 'archive',
      jurisdiction: 'default',
      storageClass: 'Standard',
    });
    expect(stack.argsOf('pulumi:providers:cloudflare')).toEqual({});
  });

  test('is not open to the public', () => {
    expect(stack.argsOf(managedDomain)).toEqual({
      accountId,
      bucketName: 'archive',
      jurisdiction: 'default',
      enabled: false,
    });
  });

  test('keeps its objects, but not uploads that were never finished', () => {
    expect(stack.argsOf(lifecycle)['rules']).toEqual([
      {
        id: 'unfinished-uploads',
        enabled: true,
        conditions: { prefix: '' },
        abortMultipartUploadsTransition: { condition: { type: 'Age', maxAge: 604_800 } },
      },
    ]);
  });

  test('tells where S3 clients find it', () => {
    expect(stack.outputs).toEqual({
      bucketName: 'archive',
      accountId,
      endpoint: `https://${accountId}.r2.cloudflarestorage.com`,
      publicUrl: '',
    });
  });
});

test('a bucket takes its place, retention, expiry and domain from the manifest', async () => {
  const stack = await run({
    bucketName: 'other-name',
    jurisdiction: 'eu',
    location: 'weur',
    storageClass: 'InfrequentAccess',
    retentionDays: 30,
    expireDays: 365,
    customDomain: { domain: 'files.example.com', zoneId },
  });
  expect(stack.argsOf('cloudflare:index/r2Bucket:R2Bucket')).toEqual({
    accountId,
    name: 'other-name',
    jurisdiction: 'eu',
    location: 'weur',
    storageClass: 'InfrequentAccess',
  });
  expect(stack.argsOf('cloudflare:index/r2BucketLock:R2BucketLock')).toEqual({
    accountId,
    bucketName: 'other-name',
    jurisdiction: 'eu',
    rules: [{ id: 'retention', enabled: true, prefix: '', condition: { type: 'Age', maxAgeSeconds: 2_592_000 } }],
  });
  expect(stack.argsOf(lifecycle)['rules']).toContainEqual({
    id: 'expiry',
    enabled: true,
    conditions: { prefix: '' },
    deleteObjectsTransition: { condition: { type: 'Age', maxAge: 31_536_000 } },
  });
  expect(stack.argsOf('cloudflare:index/r2CustomDomain:R2CustomDomain')).toEqual({
    accountId,
    bucketName: 'other-name',
    jurisdiction: 'eu',
    domain: 'files.example.com',
    zoneId,
    minTls: '1.2',
    enabled: true,
  });
  expect(stack.argsOf(managedDomain)).toMatchObject({ enabled: false });
  expect(stack.outputs).toMatchObject({
    endpoint: `https://${accountId}.eu.r2.cloudflarestorage.com`,
    publicUrl: 'https://files.example.com',
  });
});

test('the account is the credential’s when the manifest names none, and one of both must', async () => {
  const manifest = { kind: 'CloudflareR2Bucket', name: 'archive', spec: {} };
  const stack = await mockStack((input) => program({ ...input, provider_config: { accountId: zoneId } }), manifest);
  expect(stack.argsOf('cloudflare:index/r2Bucket:R2Bucket')).toMatchObject({ accountId: zoneId });
  await expect(mockStack(program, manifest)).rejects.toThrow('spec.accountId');
});
