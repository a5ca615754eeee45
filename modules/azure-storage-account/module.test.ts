import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const account = 'azure-native:storage:StorageAccount';
const blobs = 'azure-native:storage:BlobServiceProperties';
const container = 'azure-native:storage:BlobContainer';

const least = { location: 'westeurope', resourceGroupName: 'shop', accountName: 'shopfiles' };

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AzureStorageAccount', name: 'files', spec: { ...least, ...spec } },
    { [account]: { name: 'shopfiles', primaryEndpoints: { blob: 'https://shopfiles.blob.core.windows.net/' } } },
  );

describe('an account', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made where the manifest says', () => {
    expect(stack.types()).toEqual([blobs, account, 'pulumi:providers:azure-native']);
    expect(stack.argsOf(account)).toMatchObject({ ...least, kind: 'StorageV2', sku: { name: 'Standard_ZRS' } });
  });

  test('lets nobody in from outside, and nobody in by a key', () => {
    expect(stack.argsOf(account)).toMatchObject({
      publicNetworkAccess: 'Disabled',
      networkRuleSet: { defaultAction: 'Deny', ipRules: [], virtualNetworkRules: [] },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
    });
  });

  test('is encrypted, and takes TLS only', () => {
    expect(stack.argsOf(account)).toMatchObject({
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      encryption: {
        requireInfrastructureEncryption: true,
        services: { blob: { enabled: true }, file: { enabled: true } },
      },
    });
  });

  test('gives back what was deleted or overwritten', () => {
    expect(stack.argsOf(blobs)).toEqual({
      accountName: 'shopfiles',
      resourceGroupName: 'shop',
      blobServicesName: 'default',
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 30 },
      containerDeleteRetentionPolicy: { enabled: true, days: 30 },
    });
  });

  test('is not destroyed before its protection is taken away', async () => {
    expect(stack.protectionOf(account).protect).toBe(true);
    expect((await run({ deletionProtection: false })).protectionOf(account).protect).toBe(false);
  });

  test('gives its name, identifier and URL', () => {
    expect(stack.outputs).toEqual({
      accountName: 'shopfiles',
      accountId: 'files-id',
      blobEndpoint: 'https://shopfiles.blob.core.windows.net/',
    });
  });
});

test('a container is private, and protected as its account is', async () => {
  const stack = await run({ containers: ['invoices'] });
  expect(stack.argsOf(container)).toEqual({
    accountName: 'shopfiles',
    resourceGroupName: 'shop',
    containerName: 'invoices',
    publicAccess: 'None',
  });
  expect(stack.protectionOf(container).protect).toBe(true);
});

test('an account takes its sizes, times, networks and tags from the manifest', async () => {
  const subnet = '/subscriptions/1/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/s';
  const stack = await run({
    sku: 'Standard_GRS',
    accessTier: 'Cool',
    versioning: false,
    keepDeletedDays: 7,
    allowSharedKeyAccess: true,
    allowedIpRanges: ['203.0.113.0/24'],
    allowedSubnetIds: [subnet],
    tags: { team: 'billing' },
  });
  expect(stack.argsOf(account)).toMatchObject({
    sku: { name: 'Standard_GRS' },
    accessTier: 'Cool',
    allowSharedKeyAccess: true,
    publicNetworkAccess: 'Enabled',
    networkRuleSet: {
      defaultAction: 'Deny',
      ipRules: [{ action: 'Allow', iPAddressOrRange: '203.0.113.0/24' }],
      virtualNetworkRules: [{ action: 'Allow', virtualNetworkResourceId: subnet }],
    },
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  expect(stack.argsOf(blobs)).toMatchObject({ isVersioningEnabled: false, deleteRetentionPolicy: { days: 7 } });
});

test.each([
  ['a name with a dash', { accountName: 'shop-files' }],
  ['a container twice', { containers: ['one', 'one'] }],
  ['an address that is none', { allowedIpRanges: ['everybody'] }],
  ['a location with a space', { location: 'West Europe' }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ ...least, ...spec }).success).toBe(false);
});
