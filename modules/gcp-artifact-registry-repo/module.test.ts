import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const repositoryType = 'gcp:artifactregistry/repository:Repository';
const grantType = 'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember';
const registryUri = 'europe-west3-docker.pkg.dev/shop-prod/apps';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'GcpArtifactRegistryRepo', name: 'apps', spec: { location: 'europe-west3', ...spec } },
    { [repositoryType]: { name: 'apps', project: 'shop-prod', registryUri } },
  );

describe('a repository', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is of images, open to nobody but the project', () => {
    expect(stack.types()).toEqual([repositoryType, 'pulumi:providers:gcp']);
    expect(stack.argsOf(repositoryType)).toMatchObject({
      repositoryId: 'apps',
      location: 'europe-west3',
      format: 'DOCKER',
      mode: 'STANDARD_REPOSITORY',
      labels: { 'managed-by': 'davit' },
    });
  });

  test('has tags that stay, scans of images, and is not deleted by a destroy', () => {
    expect(stack.argsOf(repositoryType)).toMatchObject({
      dockerConfig: { immutableTags: true },
      vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
      deletionPolicy: 'PREVENT',
    });
  });

  test('deletes images without a tag after a month, and keeps the latest', () => {
    expect(stack.argsOf(repositoryType)).toMatchObject({
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        { action: 'DELETE', condition: { tagState: 'UNTAGGED', olderThan: '2592000s' } },
        { action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
      ],
    });
  });

  test('gives its id, address, location and project', () => {
    expect(stack.outputs).toEqual({
      repositoryId: 'apps',
      repositoryUrl: registryUri,
      location: 'europe-west3',
      projectId: 'shop-prod',
    });
  });
});

test.each([
  ['readers', 'roles/artifactregistry.reader'],
  ['writers', 'roles/artifactregistry.writer'],
])('%s get %s on this repository', async (field, role) => {
  const member = 'serviceAccount:ci@shop-prod.iam.gserviceaccount.com';
  const stack = await run({ [field]: [member] });
  expect(stack.argsOf(grantType)).toEqual({
    project: 'shop-prod',
    location: 'europe-west3',
    repository: 'apps',
    role,
    member,
  });
});

test('a repository of packages has nothing that is of images only', async () => {
  const args = (await run({ format: 'NPM' })).argsOf(repositoryType);
  expect(args).toMatchObject({ format: 'NPM' });
  expect(Object.keys(args)).not.toEqual(expect.arrayContaining(['dockerConfig']));
  expect(Object.keys(args)).not.toEqual(expect.arrayContaining(['cleanupPolicies']));
});

test('a repository takes its id, key, times and labels from the manifest', async () => {
  const kmsKeyName = 'projects/shop-prod/locations/europe/keyRings/main/cryptoKeys/images';
  const stack = await run({
    projectId: 'shop-prod',
    location: 'europe',
    repositoryId: 'images',
    description: 'Images of the shop',
    immutableTags: false,
    deleteUntaggedDays: 1,
    keepVersions: 3,
    vulnerabilityScanning: false,
    kmsKeyName,
    labels: { team: 'billing' },
    deletionProtection: false,
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  expect(stack.argsOf(repositoryType)).toMatchObject({
    location: 'europe',
    repositoryId: 'images',
    description: 'Images of the shop',
    dockerConfig: { immutableTags: false },
    cleanupPolicies: [{ condition: { olderThan: '86400s' } }, { mostRecentVersions: { keepCount: 3 } }],
    vulnerabilityScanningConfig: { enablementConfig: 'DISABLED' },
    kmsKeyName,
    labels: { 'managed-by': 'davit', team: 'billing' },
    deletionPolicy: 'DELETE',
  });
});

test.each(['allUsers', 'allAuthenticatedUsers'])('%s may not read', (member) => {
  expect(schema.safeParse({ location: 'europe', readers: [member] }).success).toBe(false);
});
