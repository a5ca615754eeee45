import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const instance = 'aws:rds/instance:Instance';
const parameterGroup = 'aws:rds/parameterGroup:ParameterGroup';
const subnetGroup = 'aws:rds/subnetGroup:SubnetGroup';
const passwordSecretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1';

const least = {
  region: 'eu-central-1',
  engine: 'postgres',
  subnetIds: ['subnet-0a', 'subnet-0b'],
  securityGroupIds: ['sg-0a'],
};

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AwsRdsInstance', name: 'orders', spec: { ...least, ...spec } },
    {
      [instance]: {
        address: 'orders.abc.eu-central-1.rds.amazonaws.com',
        port: 5432,
        masterUserSecrets: [{ secretArn: passwordSecretArn, kmsKeyId: 'key', secretStatus: 'active' }],
      },
    },
  );

describe('an instance', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made with its networks and parameters in its region', () => {
    expect(stack.types()).toEqual([instance, parameterGroup, subnetGroup, 'pulumi:providers:aws']);
    expect(stack.argsOf('pulumi:providers:aws')).toEqual({ region: 'eu-central-1' });
    expect(stack.argsOf(subnetGroup)).toMatchObject({ subnetIds: least.subnetIds });
    expect(stack.argsOf(instance)).toMatchObject({
      identifier: 'orders',
      engine: 'postgres',
      engineVersion: '17',
      dbSubnetGroupName: 'orders-id',
      parameterGroupName: 'orders-id',
      vpcSecurityGroupIds: ['sg-0a'],
    });
  });

  test('is private and encrypted', () => {
    expect(stack.argsOf(instance)).toMatchObject({ publiclyAccessible: false, storageEncrypted: true });
  });

  test('refuses what comes without TLS', () => {
    expect(stack.argsOf(parameterGroup)).toMatchObject({
      family: 'postgres17',
      parameters: [{ name: 'rds.force_ssl', value: '1' }],
    });
  });

  test('has a password that nobody here knows', () => {
    expect(stack.argsOf(instance)).toMatchObject({ manageMasterUserPassword: true, username: 'davit_admin' });
    expect(Object.keys(stack.argsOf(instance))).not.toContain('password');
  });

  test('is backed up, and hard to delete', () => {
    expect(stack.argsOf(instance)).toMatchObject({
      backupRetentionPeriod: 7,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'orders-final',
    });
  });

  test('gives where it is, and where its password is', () => {
    expect(stack.outputs).toEqual({
      instanceIdentifier: 'orders',
      instanceArn: 'arn-of-orders',
      address: 'orders.abc.eu-central-1.rds.amazonaws.com',
      port: 5432,
      databaseName: '',
      username: 'davit_admin',
      passwordSecretArn,
    });
  });
});

test.each([
  ['postgres', '16.9', 'postgres16', 'rds.force_ssl'],
  ['mysql', undefined, 'mysql8.4', 'require_secure_transport'],
  ['mysql', '8.0.42', 'mysql8.0', 'require_secure_transport'],
  ['mariadb', undefined, 'mariadb11.4', 'require_secure_transport'],
])('%s %s has parameters of family %s, with TLS by %s', async (engine, engineVersion, family, parameter) => {
  const stack = await run({ engine, engineVersion });
  expect(stack.argsOf(parameterGroup)).toMatchObject({ family, parameters: [{ name: parameter, value: '1' }] });
});

test('an instance takes its size, names, key and times from the manifest', async () => {
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const stack = await run({
    identifier: 'orders-2',
    instanceClass: 'db.r7g.large',
    allocatedStorageGb: 100,
    maxAllocatedStorageGb: 500,
    databaseName: 'orders',
    username: 'owner',
    multiAz: true,
    kmsKeyArn,
    backupRetentionDays: 30,
    deletionProtection: false,
    finalSnapshot: false,
    allowMajorVersionUpgrade: true,
    tags: { team: 'billing' },
  });
  expect(stack.argsOf(instance)).toMatchObject({
    identifier: 'orders-2',
    instanceClass: 'db.r7g.large',
    allocatedStorage: 100,
    maxAllocatedStorage: 500,
    dbName: 'orders',
    username: 'owner',
    multiAz: true,
    kmsKeyId: kmsKeyArn,
    backupRetentionPeriod: 30,
    deletionProtection: false,
    skipFinalSnapshot: true,
    allowMajorVersionUpgrade: true,
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  expect(Object.keys(stack.argsOf(instance))).not.toContain('finalSnapshotIdentifier');
});

test.each([
  ['one subnet', { subnetIds: ['subnet-0a'] }],
  ['no security group', { securityGroupIds: [] }],
  ['no backup', { backupRetentionDays: 0 }],
  ['a reserved user', { username: 'rdsadmin' }],
  ['a password', { password: 'x' }],
  ['a version of MySQL without its minor number', { engine: 'mysql', engineVersion: '8' }],
  ['storage that may not grow', { allocatedStorageGb: 100, maxAllocatedStorageGb: 105 }],
  ['an unknown engine', { engine: 'oracle' }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ ...least, ...spec }).success).toBe(false);
});
