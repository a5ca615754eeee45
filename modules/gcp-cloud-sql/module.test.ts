import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const privateNetwork = 'projects/shop-prod/global/networks/main';
const instanceType = 'gcp:sql/databaseInstance:DatabaseInstance';
const told = {
  [instanceType]: {
    connectionName: 'shop-prod:europe-west3:orders',
    privateIpAddress: '10.1.2.3',
    publicIpAddress: '',
  },
  'random:index/randomPassword:RandomPassword': { result: 'generated-one' },
};

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'GcpCloudSql', name: 'orders', spec: { region: 'europe-west3', privateNetwork, ...spec } },
    told,
  );

describe('an instance', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('comes with a database, a user and a password', () => {
    expect(stack.types()).toEqual([
      'gcp:sql/database:Database',
      instanceType,
      'gcp:sql/user:User',
      'pulumi:providers:gcp',
      'pulumi:providers:random',
      'random:index/randomPassword:RandomPassword',
    ]);
    const abandoned = { instance: 'orders', deletionPolicy: 'ABANDON' };
    expect(stack.argsOf('gcp:sql/database:Database')).toEqual({ ...abandoned, name: 'app' });
    expect(stack.argsOf('random:index/randomPassword:RandomPassword')).toEqual({ length: 40, special: false });
    expect(stack.argsOf('gcp:sql/user:User')).toMatchObject({ ...abandoned, name: 'app' });
  });

  test('is reached from its private network only, by TLS only', () => {
    const { settings } = stack.argsOf(instanceType);
    expect(settings).toMatchObject({
      ipConfiguration: { ipv4Enabled: false, privateNetwork, sslMode: 'ENCRYPTED_ONLY', authorizedNetworks: [] },
    });
  });

  test('is backed up, restorable to a moment, and protected from a destroy twice', () => {
    expect(stack.argsOf(instanceType)).toMatchObject({
      name: 'orders',
      databaseVersion: 'POSTGRES_17',
      deletionProtection: true,
      settings: {
        edition: 'ENTERPRISE',
        deletionProtectionEnabled: true,
        backupConfiguration: {
          enabled: true,
          pointInTimeRecoveryEnabled: true,
          backupRetentionSettings: { retainedBackups: 7 },
        },
      },
    });
  });

  test('gives its address, database, user and password', () => {
    expect(stack.outputs).toEqual({
      instanceName: 'orders',
      connectionName: 'shop-prod:europe-west3:orders',
      privateIpAddress: '10.1.2.3',
      publicIpAddress: '',
      port: '5432',
      databaseName: 'app',
      userName: 'app',
      password: 'generated-one',
    });
  });
});

test('the password is a secret', async () => {
  let password: pulumi.Output<string> | undefined;
  await mockStack(
    async (input) => {
      const outputs = await program(input);
      password = outputs['password'];
      return outputs;
    },
    { kind: 'GcpCloudSql', name: 'orders', spec: { region: 'europe-west3', privateNetwork } },
    told,
  );
  expect(password && (await pulumi.isSecret(password))).toBe(true);
});

test('MySQL is restored to a moment by its binary log, and has its own port', async () => {
  const stack = await run({ databaseVersion: 'MYSQL_8_4' });
  const { settings } = stack.argsOf(instanceType) as { settings: { backupConfiguration: Record<string, unknown> } };
  expect(settings.backupConfiguration).toMatchObject({ binaryLogEnabled: true });
  expect(settings.backupConfiguration).not.toHaveProperty('pointInTimeRecoveryEnabled');
  expect(stack.outputs).toMatchObject({ port: '3306' });
});

test('logs are kept for no more days than there are backups', async () => {
  const stack = await run({ backupRetention: 3 });
  expect(stack.argsOf(instanceType)).toMatchObject({
    settings: { backupConfiguration: { transactionLogRetentionDays: 3 } },
  });
});

test('an instance takes its machine, disk, key, networks and names from the manifest', async () => {
  const key = 'projects/shop-prod/locations/europe-west3/keyRings/main/cryptoKeys/sql';
  const stack = await run({
    projectId: 'shop-prod',
    instanceName: 'orders-2',
    tier: 'db-perf-optimized-N-2',
    diskSizeGb: 100,
    diskSizeLimitGb: 500,
    highAvailability: true,
    publicIp: true,
    authorizedNetworks: ['192.0.2.0/24'],
    databaseName: 'orders',
    userName: 'clerk',
    kmsKeyName: key,
    backupRetention: 30,
    deletionProtection: false,
    labels: { team: 'billing' },
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  expect(stack.argsOf(instanceType)).toMatchObject({
    name: 'orders-2',
    encryptionKeyName: key,
    deletionProtection: false,
    settings: {
      edition: 'ENTERPRISE_PLUS',
      availabilityType: 'REGIONAL',
      diskSize: 100,
      diskAutoresizeLimit: 500,
      deletionProtectionEnabled: false,
      backupConfiguration: { backupRetentionSettings: { retainedBackups: 30 } },
      ipConfiguration: {
        ipv4Enabled: true,
        authorizedNetworks: [{ value: '192.0.2.0/24' }],
        sslMode: 'ENCRYPTED_ONLY',
      },
      userLabels: { 'managed-by': 'davit', team: 'billing' },
    },
  });
  expect(stack.argsOf('gcp:sql/database:Database')).toMatchObject({ name: 'orders' });
  expect(stack.argsOf('gcp:sql/user:User')).toMatchObject({ name: 'clerk' });
});

test('a manifest is refused when nobody could reach the instance, or everybody could', () => {
  const region = 'europe-west3';
  const pathsOf = (spec: Record<string, unknown>) => schema.safeParse(spec).error?.issues.map(({ path }) => path[0]);
  expect(pathsOf({ region, privateNetwork })).toBeUndefined();
  expect(pathsOf({ region })).toEqual(['privateNetwork']);
  expect(pathsOf({ region, privateNetwork, authorizedNetworks: ['192.0.2.0/24'] })).toEqual(['authorizedNetworks']);
  expect(pathsOf({ region, publicIp: true, authorizedNetworks: ['0.0.0.0/0'] })).toEqual(['authorizedNetworks']);
});
