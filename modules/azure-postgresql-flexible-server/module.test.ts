import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const server = 'azure-native:dbforpostgresql:Server';
const configuration = 'azure-native:dbforpostgresql:Configuration';
const database = 'azure-native:dbforpostgresql:Database';
const randomPassword = 'random:index/randomPassword:RandomPassword';

const least = { location: 'westeurope', resourceGroupName: 'shop', serverName: 'shop-orders' };
const host = 'shop-orders.postgres.database.azure.com';
const told = {
  [server]: { name: 'shop-orders', fullyQualifiedDomainName: host },
  [database]: { name: 'app' },
  [randomPassword]: { result: 'generated1A' },
};

const manifest = (spec: Record<string, unknown>) => ({
  kind: 'AzurePostgresqlFlexibleServer',
  name: 'orders',
  spec: { ...least, ...spec },
});
const run = (spec: Record<string, unknown>) => mockStack(program, manifest(spec), told);

describe('a server', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made with its parameters, a database and a password', () => {
    expect(stack.types()).toEqual([
      configuration,
      configuration,
      database,
      server,
      'pulumi:providers:azure-native',
      'pulumi:providers:random',
      randomPassword,
    ]);
    expect(stack.argsOf(server)).toMatchObject({
      ...least,
      version: '17',
      sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' },
      storage: { storageSizeGB: 32, autoGrow: 'Enabled' },
      administratorLogin: 'davit_admin',
    });
    expect(stack.argsOf(database)).toMatchObject({ serverName: 'shop-orders', databaseName: 'app', charset: 'UTF8' });
  });

  test('is closed to the public network', () => {
    expect(stack.argsOf(server)).toMatchObject({ network: { publicNetworkAccess: 'Disabled' } });
  });

  test('refuses what comes without TLS', () => {
    const said = stack.allArgsOf(configuration).map(({ configurationName, value }) => [configurationName, value]);
    expect(Object.fromEntries(said)).toEqual({
      require_secure_transport: 'on',
      ssl_min_protocol_version: 'TLSv1.2',
    });
  });

  test('is backed up, and not destroyed before its protection is taken away', async () => {
    expect(stack.argsOf(server)).toMatchObject({ backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' } });
    expect(stack.protectionOf(server).protect).toBe(true);
    expect(stack.protectionOf(database).protect).toBe(true);
    expect((await run({ deletionProtection: false })).protectionOf(server).protect).toBe(false);
  });

  test('gives what a client needs', () => {
    expect(stack.outputs).toEqual({
      serverName: 'shop-orders',
      serverId: 'orders-id',
      host,
      port: 5432,
      databaseName: 'app',
      username: 'davit_admin',
      password: 'generated1A',
      connectionUrl: `postgresql://davit_admin:generated1A@${host}:5432/app?sslmode=require`,
    });
  });
});

test('the password and the URL with it are secrets', async () => {
  const secret: Record<string, boolean> = {};
  await mockStack(
    async (input) => {
      const outputs = await program(input);
      for (const [name, output] of Object.entries(outputs)) secret[name] = await pulumi.isSecret(output);
      return outputs;
    },
    manifest({}),
    told,
  );
  expect(Object.keys(secret).filter((name) => secret[name])).toEqual(['password', 'connectionUrl']);
});

test('a server takes its size, names, network and times from the manifest', async () => {
  const network = '/subscriptions/1/resourceGroups/n/providers/Microsoft.Network';
  const delegatedSubnetId = `${network}/virtualNetworks/v/subnets/s`;
  const privateDnsZoneId = `${network}/privateDnsZones/shop.postgres.database.azure.com`;
  const stack = await run({
    version: '16',
    sku: 'Standard_E4ds_v5',
    storageGb: 128,
    databaseName: 'orders',
    administratorLogin: 'owner',
    delegatedSubnetId,
    privateDnsZoneId,
    zoneRedundant: true,
    backupRetentionDays: 35,
    geoRedundantBackup: true,
    tags: { team: 'billing' },
  });
  expect(stack.argsOf(server)).toMatchObject({
    version: '16',
    sku: { name: 'Standard_E4ds_v5', tier: 'MemoryOptimized' },
    storage: { storageSizeGB: 128 },
    administratorLogin: 'owner',
    network: {
      publicNetworkAccess: 'Disabled',
      delegatedSubnetResourceId: delegatedSubnetId,
      privateDnsZoneArmResourceId: privateDnsZoneId,
    },
    backup: { backupRetentionDays: 35, geoRedundantBackup: 'Enabled' },
    highAvailability: { mode: 'ZoneRedundant' },
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  expect(stack.argsOf(database)).toMatchObject({ databaseName: 'orders' });
});

test.each([
  ['a standby of a small server', { sku: 'Standard_B1ms', zoneRedundant: true }],
  [
    'a private DNS zone without a subnet',
    { privateDnsZoneId: '/subscriptions/1/resourceGroups/n/providers/Microsoft.Network/privateDnsZones/z' },
  ],
  ['a reserved user', { administratorLogin: 'azure_superuser' }],
  ['a password', { administratorLoginPassword: 'x' }],
  ['a size between two sizes', { storageGb: 100 }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ ...least, ...spec }).success).toBe(false);
});
