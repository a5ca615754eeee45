import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const zone = 'aws:route53/zone:Zone';
const record = 'aws:route53/record:Record';
const signingKey = 'aws:route53/keySigningKey:KeySigningKey';
const signature = 'aws:route53/hostedZoneDnsSec:HostedZoneDnsSec';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AwsRoute53Zone', name: 'shop', spec: { domainName: 'example.com', ...spec } },
    {
      [zone]: { nameServers: ['ns-1.example.net', 'ns-2.example.org'] },
      [signingKey]: { dsRecord: '12345 13 2 ABCDEF' },
    },
  );

describe('a zone', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is public, and keeps what others wrote into it', () => {
    expect(stack.types()).toEqual([zone, 'pulumi:providers:aws']);
    expect(stack.argsOf(zone)).toEqual({
      name: 'example.com',
      comment: 'Managed by davit',
      forceDestroy: false,
      tags: { 'managed-by': 'davit' },
    });
    expect(stack.argsOf('pulumi:providers:aws')).toEqual({ region: 'us-east-1' });
  });

  test('gives what a registrar asks for', () => {
    expect(stack.outputs).toEqual({
      zoneId: 'shop-id',
      zoneArn: 'arn-of-shop',
      domainName: 'example.com',
      nameServers: 'ns-1.example.net,ns-2.example.org',
      dsRecord: '',
    });
  });
});

test('a zone with a key is signed, and gives its DS record', async () => {
  const dnssecKmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
  const stack = await run({ dnssecKmsKeyArn });
  expect(stack.argsOf(signingKey)).toMatchObject({
    hostedZoneId: 'shop-id',
    keyManagementServiceArn: dnssecKmsKeyArn,
  });
  expect(stack.argsOf(signature)).toEqual({ hostedZoneId: 'shop-id' });
  expect(stack.outputs).toMatchObject({ dsRecord: '12345 13 2 ABCDEF' });
});

test('a zone with networks is private to them', async () => {
  const stack = await run({ vpcs: [{ vpcId: 'vpc-0a1b', region: 'eu-central-1' }] });
  expect(stack.argsOf(zone)).toMatchObject({ vpcs: [{ vpcId: 'vpc-0a1b', vpcRegion: 'eu-central-1' }] });
});

test.each([
  ['@', 'example.com'],
  ['www', 'www.example.com'],
  ['*.api', '*.api.example.com'],
])('a record %s is %s', async (name, full) => {
  const stack = await run({ records: [{ name, type: 'A', values: ['192.0.2.1'] }] });
  expect(stack.argsOf(record)).toEqual({
    zoneId: 'shop-id',
    name: full,
    type: 'A',
    ttl: 300,
    records: ['192.0.2.1'],
  });
});

test('each record is a resource of its own', async () => {
  const records = ['A', 'TXT'].map((type) => ({ name: '@', type, values: ['x'] }));
  expect((await run({ records })).types()).toEqual([record, record, zone, 'pulumi:providers:aws']);
});

test.each([
  ['a domain with a space', { domainName: 'exa mple.com' }],
  ['a top-level name', { domainName: 'com' }],
  ['a key of another region', { dnssecKmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' }],
  ['a record written twice', { records: ['x', 'y'].map((value) => ({ name: '@', type: 'TXT', values: [value] })) }],
  ['a record without a value', { records: [{ name: '@', type: 'A', values: [] }] }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ domainName: 'example.com', ...spec }).success).toBe(false);
});
