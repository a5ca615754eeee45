import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { recordArgs } from './record-args.ts';
import { spec as schema } from './schema.ts';

const accountId = '0123456789abcdef0123456789abcdef';
const nameServers = ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'];
const ds = 'example.com. 3600 IN DS 2371 13 2 1F98';
const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'CloudflareDnsZone', name: 'main', spec: { accountId, domain: 'example.com', ...spec } },
    { 'cloudflare:index/zone:Zone': { nameServers }, 'cloudflare:index/zoneDnssec:ZoneDnssec': { ds } },
  );
const argsOf = (...records: object[]) => {
  const parsed = schema.parse({ domain: 'example.com', records });
  return Object.fromEntries(recordArgs(parsed.domain, parsed.records));
};
const faultsOf = (record: object) =>
  schema.safeParse({ domain: 'example.com', records: [record] }).error?.issues.map(({ path }) => path.join('.'));

describe('a zone', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({ records: [{ type: 'A', name: 'www', content: '192.0.2.1' }] });
  });

  test('is made of itself, three settings, its signature and its records', () => {
    const setting = 'cloudflare:index/zoneSetting:ZoneSetting';
    expect(stack.types()).toEqual([
      'cloudflare:index/dnsRecord:DnsRecord',
      'cloudflare:index/zone:Zone',
      'cloudflare:index/zoneDnssec:ZoneDnssec',
      setting,
      setting,
      setting,
      'pulumi:providers:cloudflare',
    ]);
    expect(stack.argsOf('cloudflare:index/zone:Zone')).toEqual({
      account: { id: accountId },
      name: 'example.com',
      type: 'full',
    });
    expect(stack.argsOf('cloudflare:index/dnsRecord:DnsRecord')).toMatchObject({
      zoneId: 'main-id',
      name: 'www.example.com',
      type: 'A',
      content: '192.0.2.1',
      ttl: 1,
      proxied: false,
    });
  });

  test('is signed and cannot be destroyed by accident', () => {
    expect(stack.argsOf('cloudflare:index/zoneDnssec:ZoneDnssec')).toEqual({ zoneId: 'main-id', status: 'active' });
    expect(stack.protectionOf('cloudflare:index/zone:Zone').protect).toBe(true);
  });

  test('tells what the registrar needs', () => {
    expect(stack.outputs).toEqual({ zoneId: 'main-id', domain: 'example.com', nameServers, dsRecord: ds });
  });
});

test('proxied records are reached by TLS only', async () => {
  const stack = await run({ minTlsVersion: '1.3' });
  const settings = stack.allArgsOf('cloudflare:index/zoneSetting:ZoneSetting');
  expect(settings).toContainEqual({ zoneId: 'main-id', settingId: 'ssl', value: 'strict' });
  expect(settings).toContainEqual({ zoneId: 'main-id', settingId: 'always_use_https', value: 'on' });
  expect(settings).toContainEqual({ zoneId: 'main-id', settingId: 'min_tls_version', value: '1.3' });
});

test('a zone goes without signatures and protection when the manifest says so', async () => {
  const stack = await run({ dnssec: false, deletionProtection: false });
  expect(stack.argsOf('cloudflare:index/zoneDnssec:ZoneDnssec')).toMatchObject({ status: 'disabled' });
  expect(stack.protectionOf('cloudflare:index/zone:Zone').protect).toBe(false);
  expect(stack.outputs).toMatchObject({ dsRecord: '' });
});

describe('records', () => {
  test('keep their resource when their content changes, also where several have one name', () => {
    expect(
      Object.keys(
        argsOf(
          { type: 'A', name: '@', content: '192.0.2.1' },
          { type: 'A', name: '@', content: '192.0.2.2' },
          { type: 'AAAA', name: '@', content: '2001:db8::1' },
        ),
      ),
    ).toEqual(['A-example.com', 'A-example.com-2', 'AAAA-example.com']);
  });

  test('of CAA, SRV and MX are taken apart', () => {
    const args = argsOf(
      { type: 'CAA', name: '@', content: '0 issue letsencrypt.org' },
      { type: 'SRV', name: '_sip._tcp', content: '5 5060 sip.example.com', priority: 10 },
      { type: 'MX', name: '@', content: 'mail.example.com', priority: 20 },
    );
    expect(args['CAA-example.com']).toMatchObject({ data: { flags: '0', tag: 'issue', value: 'letsencrypt.org' } });
    expect(args['SRV-_sip._tcp.example.com']).toMatchObject({
      priority: 10,
      data: { priority: 10, weight: 5, port: 5060, target: 'sip.example.com' },
    });
    expect(args['MX-example.com']).toMatchObject({ content: 'mail.example.com', priority: 20 });
  });

  test('of text are quoted, in parts when they are long', () => {
    const args = argsOf(
      { type: 'TXT', name: '@', content: 'say "hi"' },
      { type: 'TXT', name: 'long', content: 'x'.repeat(300) },
    );
    expect(args['TXT-example.com']).toMatchObject({ content: String.raw`"say \"hi\""` });
    expect(args['TXT-long.example.com']).toMatchObject({ content: `"${'x'.repeat(255)}" "${'x'.repeat(45)}"` });
  });

  test('are refused with the field that is wrong', () => {
    expect(faultsOf({ type: 'A', name: 'www', content: 'example.org' })).toEqual(['records.0.content']);
    expect(faultsOf({ type: 'MX', name: '@', content: 'mail.example.com' })).toEqual(['records.0.priority']);
    expect(faultsOf({ type: 'TXT', name: '@', content: 'x', proxied: true })).toEqual(['records.0.proxied']);
    expect(faultsOf({ type: 'A', name: 'a', content: '192.0.2.1', proxied: true, ttl: 60 })).toEqual(['records.0.ttl']);
    expect(faultsOf({ type: 'A', name: 'www..', content: '192.0.2.1' })).toEqual(['records.0.name']);
  });
});
