import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const repository = 'aws:ecr/repository:Repository';
const lifecycle = 'aws:ecr/lifecyclePolicy:LifecyclePolicy';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AwsEcrRepo', name: 'shop', spec: { region: 'eu-central-1', ...spec } },
    {
      [repository]: {
        registryId: '123456789012',
        repositoryUrl: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop',
      },
    },
  );

const rulesOf = (stack: MockedStack) =>
  (JSON.parse((stack.argsOf(lifecycle) as { policy: string }).policy) as { rules: { selection: unknown }[] }).rules;

describe('a repository', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made in its region, with a policy about old images', () => {
    expect(stack.types()).toEqual([lifecycle, repository, 'pulumi:providers:aws']);
    expect(stack.argsOf('pulumi:providers:aws')).toEqual({ region: 'eu-central-1' });
  });

  test('is encrypted, scans what is pushed, and keeps tags where they are', () => {
    expect(stack.argsOf(repository)).toEqual({
      name: 'shop',
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'AES256' }],
      forceDelete: false,
      tags: { 'managed-by': 'davit' },
    });
  });

  test('lets go of untagged images only', () => {
    expect(stack.argsOf(lifecycle)).toMatchObject({ repository: 'shop-id' });
    expect(rulesOf(stack)).toMatchObject([
      { selection: { tagStatus: 'untagged', countNumber: 14 }, action: { type: 'expire' } },
    ]);
  });

  test('gives its name, URL, ARN and registry', () => {
    expect(stack.outputs).toEqual({
      repositoryName: 'shop-id',
      repositoryUrl: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop',
      repositoryArn: 'arn-of-shop',
      registryId: '123456789012',
    });
  });
});

test('a repository takes its name, key, tags and limits from the manifest', async () => {
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const stack = await run({
    repositoryName: 'team/shop',
    immutableTags: false,
    scanOnPush: false,
    kmsKeyArn,
    expireUntaggedDays: 3,
    keepImages: 50,
    tags: { team: 'billing' },
    forceDelete: true,
  });
  expect(stack.argsOf(repository)).toEqual({
    name: 'team/shop',
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: kmsKeyArn }],
    forceDelete: true,
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  expect(rulesOf(stack).map(({ selection }) => selection)).toMatchObject([
    { tagStatus: 'untagged', countNumber: 3 },
    { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 },
  ]);
});

test.each(['Shop', 'shop/', '-shop', 'a'])('the name %s is refused', (repositoryName) => {
  expect(schema.safeParse({ region: 'eu-central-1', repositoryName }).success).toBe(false);
});
