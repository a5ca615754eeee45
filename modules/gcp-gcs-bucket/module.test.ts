import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'GcpGcsBucket', name: 'archive', spec: { location: 'europe-west3', ...spec } },
    { 'gcp:storage/bucket:Bucket': { url: 'gs://archive', project: 'shop-prod' } },
  );

describe('a bucket', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is one resource, in the project of the credential', () => {
    expect(stack.types()).toEqual(['gcp:storage/bucket:Bucket', 'pulumi:providers:gcp']);
    expect(stack.argsOf('pulumi:providers:gcp')).toEqual({});
  });

  test('lets nobody in from outside, and asks IAM alone', () => {
    expect(stack.argsOf('gcp:storage/bucket:Bucket')).toMatchObject({
      publicAccessPrevention: 'enforced',
      uniformBucketLevelAccess: true,
    });
  });

  test('has the name of its manifest, keeps versions and deleted objects, and survives a destroy while it is full', () => {
    expect(stack.argsOf('gcp:storage/bucket:Bucket')).toMatchObject({
      name: 'archive',
      location: 'europe-west3',
      forceDestroy: false,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 604_800 },
      lifecycleRules: [
        { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 90 } },
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } },
      ],
    });
  });

  test('gives its name, address, location and project', () => {
    expect(stack.outputs).toEqual({
      bucketName: 'archive-id',
      url: 'gs://archive',
      location: 'europe-west3',
      projectId: 'shop-prod',
    });
  });
});

test('a bucket takes its project, name, key, labels and times from the manifest', async () => {
  const key = 'projects/shop-prod/locations/europe-west3/keyRings/main/cryptoKeys/buckets';
  const stack = await run({
    projectId: 'shop-prod',
    bucketName: 'other-name',
    storageClass: 'COLDLINE',
    versioning: false,
    kmsKeyName: key,
    expireNoncurrentDays: 7,
    softDeleteDays: 0,
    labels: { team: 'billing' },
    forceDestroy: true,
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  expect(stack.argsOf('gcp:storage/bucket:Bucket')).toMatchObject({
    name: 'other-name',
    storageClass: 'COLDLINE',
    versioning: { enabled: false },
    encryption: { defaultKmsKeyName: key },
    softDeletePolicy: { retentionDurationSeconds: 0 },
    lifecycleRules: [{ condition: { daysSinceNoncurrentTime: 7 } }, {}],
    labels: { 'managed-by': 'davit', team: 'billing' },
    forceDestroy: true,
  });
});

test('places and names that Cloud Storage does not take are refused', () => {
  for (const location of ['europe-west3', 'EU', 'us', 'EUR4'])
    expect(schema.safeParse({ location }).success).toBe(true);
  for (const refused of [
    { location: 'eu/west' },
    { bucketName: 'goog-1' },
    { bucketName: 'UPPER' },
    { softDeleteDays: 3 },
  ])
    expect(schema.safeParse({ location: 'EU', ...refused }).success).toBe(false);
});
