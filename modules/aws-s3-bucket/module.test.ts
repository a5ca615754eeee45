import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AwsS3Bucket', name: 'archive', spec: { region: 'eu-central-1', ...spec } },
    { 'aws:s3/bucket:Bucket': { bucketRegionalDomainName: 'archive.s3.eu-central-1.amazonaws.com' } },
  );

describe('a bucket', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made of seven resources in its region', () => {
    expect(stack.types()).toEqual([
      'aws:s3/bucket:Bucket',
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
      'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
      'aws:s3/bucketPolicy:BucketPolicy',
      'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
      'aws:s3/bucketVersioning:BucketVersioning',
      'pulumi:providers:aws',
    ]);
    expect(stack.argsOf('pulumi:providers:aws')).toEqual({ region: 'eu-central-1' });
  });

  test('has the name of its manifest, and keeps its objects when it is destroyed', () => {
    expect(stack.argsOf('aws:s3/bucket:Bucket')).toMatchObject({ bucket: 'archive', forceDestroy: false });
  });

  test('lets nobody in from outside', () => {
    expect(stack.argsOf('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  test('is encrypted, versioned, and refuses what comes without TLS', () => {
    const encryption = stack.argsOf(
      'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
    );
    expect(encryption).toMatchObject({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] });
    const versioning = stack.argsOf('aws:s3/bucketVersioning:BucketVersioning');
    expect(versioning).toMatchObject({ versioningConfiguration: { status: 'Enabled' } });
    const { policy } = stack.argsOf('aws:s3/bucketPolicy:BucketPolicy') as { policy: string };
    expect(JSON.parse(policy)).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  test('gives its name, ARN, region and host name', () => {
    expect(stack.outputs).toEqual({
      bucketName: 'archive-id',
      bucketArn: 'arn-of-archive',
      region: 'eu-central-1',
      domainName: 'archive.s3.eu-central-1.amazonaws.com',
    });
  });
});

test('a bucket takes its name, key, tags and times from the manifest', async () => {
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const stack = await run({
    bucketName: 'other-name',
    kmsKeyArn: key,
    versioning: false,
    expireNoncurrentDays: 7,
    tags: { team: 'billing' },
    forceDestroy: true,
  });
  expect(stack.argsOf('aws:s3/bucket:Bucket')).toEqual({
    bucket: 'other-name',
    forceDestroy: true,
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  const encryption = stack.argsOf(
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  );
  expect(encryption).toMatchObject({ rules: [{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: key } }] });
  expect(stack.argsOf('aws:s3/bucketVersioning:BucketVersioning')).toMatchObject({
    versioningConfiguration: { status: 'Suspended' },
  });
  expect(stack.argsOf('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration')).toMatchObject({
    rules: [{ noncurrentVersionExpiration: { noncurrentDays: 7 } }],
  });
});
