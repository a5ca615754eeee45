import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const registry = 'azure-native:containerregistry:Registry';
const least = { location: 'westeurope', resourceGroupName: 'shop', registryName: 'shopimages' };

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AzureContainerRegistry', name: 'images', spec: { ...least, ...spec } },
    { [registry]: { name: 'shopimages', loginServer: 'shopimages.azurecr.io' } },
  );

describe('a registry', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is closed to the public network, and has no user of its own', () => {
    expect(stack.types()).toEqual([registry, 'pulumi:providers:azure-native']);
    expect(stack.argsOf(registry)).toEqual({
      ...least,
      sku: { name: 'Premium' },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccess: 'Disabled',
      networkRuleBypassOptions: 'AzureServices',
      networkRuleSet: { defaultAction: 'Deny', ipRules: [] },
      policies: { retentionPolicy: { status: 'enabled', days: 14 } },
      tags: { 'managed-by': 'davit' },
    });
  });

  test('is not destroyed before its protection is taken away', async () => {
    expect(stack.protectionOf(registry).protect).toBe(true);
    expect((await run({ deletionProtection: false })).protectionOf(registry).protect).toBe(false);
  });

  test('gives its name, identifier and host name', () => {
    expect(stack.outputs).toEqual({
      registryName: 'shopimages',
      registryId: 'images-id',
      loginServer: 'shopimages.azurecr.io',
    });
  });
});

test('a registry with addresses is open to them alone', async () => {
  const stack = await run({ allowedIpRanges: ['203.0.113.0/24'], expireUntaggedDays: 3, tags: { team: 'shop' } });
  expect(stack.argsOf(registry)).toMatchObject({
    publicNetworkAccess: 'Enabled',
    networkRuleSet: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', iPAddressOrRange: '203.0.113.0/24' }] },
    policies: { retentionPolicy: { days: 3 } },
    tags: { 'managed-by': 'davit', team: 'shop' },
  });
});

test('a registry can be opened', async () => {
  expect((await run({ publicNetworkAccess: true })).argsOf(registry)).toMatchObject({
    publicNetworkAccess: 'Enabled',
    networkRuleSet: { defaultAction: 'Allow', ipRules: [] },
    adminUserEnabled: false,
    anonymousPullEnabled: false,
  });
});

test('a smaller registry has nothing of what Azure keeps for Premium', async () => {
  const args = (await run({ sku: 'Basic', publicNetworkAccess: true })).argsOf(registry);
  expect(args).toMatchObject({ sku: { name: 'Basic' }, publicNetworkAccess: 'Enabled' });
  expect(args).not.toHaveProperty('networkRuleSet');
  expect(args).not.toHaveProperty('policies');
});

test.each([
  ['a smaller registry that is to be closed', { sku: 'Standard' }],
  ['addresses beside all addresses', { publicNetworkAccess: true, allowedIpRanges: ['203.0.113.0/24'] }],
  ['a name with a dash', { registryName: 'shop-images' }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ ...least, ...spec }).success).toBe(false);
});
