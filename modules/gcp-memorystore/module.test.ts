import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const instanceType = 'gcp:redis/instance:Instance';
const network = 'projects/shop-prod/global/networks/main';

const run = (spec: Record<string, unknown>, of = program) =>
  mockStack(
    of,
    { kind: 'GcpMemorystore', name: 'sessions', spec: { region: 'europe-west3', network, ...spec } },
    {
      [instanceType]: {
        host: '10.1.2.3',
        port: 6378,
        authString: 'generated-one',
        serverCaCerts: [{ cert: 'pem' }, { cert: 'next pem' }],
      },
    },
  );

describe('an instance', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is one resource, reached from its network only', () => {
    expect(stack.types()).toEqual([instanceType, 'pulumi:providers:gcp']);
    expect(stack.argsOf(instanceType)).toMatchObject({
      name: 'sessions',
      region: 'europe-west3',
      authorizedNetwork: network,
      connectMode: 'PRIVATE_SERVICE_ACCESS',
    });
  });

  test('takes TLS and its password only', () => {
    expect(stack.argsOf(instanceType)).toMatchObject({
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
    });
  });

  test('has a replica, snapshots, and is protected from a destroy', () => {
    expect(stack.argsOf(instanceType)).toMatchObject({
      tier: 'STANDARD_HA',
      persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'TWELVE_HOURS' },
      deletionProtection: true,
    });
  });

  test('gives its address, password, URL and the certificate in use', () => {
    expect(stack.outputs).toEqual({
      host: '10.1.2.3',
      port: '6378',
      password: 'generated-one',
      url: 'rediss://:generated-one@10.1.2.3:6378',
      caCertificate: 'pem',
    });
  });
});

test('the password and the URL with it are secrets, the address is not', async () => {
  const secrets: Record<string, boolean> = {};
  await run({}, async (input) => {
    const outputs = await program(input);
    for (const name of ['password', 'url', 'host']) {
      const output = outputs[name];
      if (output !== undefined) secrets[name] = await pulumi.isSecret(output);
    }
    return outputs;
  });
  expect(secrets).toEqual({ password: true, url: true, host: false });
});

test('an instance takes its size, version, key and labels from the manifest', async () => {
  const kmsKeyName = 'projects/shop-prod/locations/europe-west3/keyRings/main/cryptoKeys/redis';
  const stack = await run({
    projectId: 'shop-prod',
    instanceName: 'sessions-2',
    redisVersion: 'REDIS_7_0',
    memorySizeGb: 5,
    highAvailability: false,
    connectMode: 'DIRECT_PEERING',
    evictionPolicy: 'allkeys-lfu',
    snapshotPeriod: 'ONE_HOUR',
    kmsKeyName,
    labels: { team: 'billing' },
    deletionProtection: false,
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  expect(stack.argsOf(instanceType)).toEqual({
    name: 'sessions-2',
    region: 'europe-west3',
    redisVersion: 'REDIS_7_0',
    tier: 'BASIC',
    memorySizeGb: 5,
    authorizedNetwork: network,
    connectMode: 'DIRECT_PEERING',
    authEnabled: true,
    transitEncryptionMode: 'SERVER_AUTHENTICATION',
    customerManagedKey: kmsKeyName,
    redisConfigs: { 'maxmemory-policy': 'allkeys-lfu' },
    persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'ONE_HOUR' },
    deletionProtection: false,
    labels: { 'managed-by': 'davit', team: 'billing' },
  });
});

test('a network is named in full', () => {
  expect(schema.safeParse({ region: 'europe-west3', network: 'default' }).success).toBe(false);
});
