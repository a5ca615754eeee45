import { expect, test } from 'vitest';
import { principalOf } from '../../../test/support/test-http-server.ts';
import { bucketOfAddress, bucketOfPrincipal, findNetworkBucket } from './rate-buckets.ts';

test('all addresses of an IPv6 /64 count as one', () => {
  const home = bucketOfAddress('2001:db8:1:2::1');
  expect(bucketOfAddress('2001:db8:1:2:ffff::9')).toBe(home);
  expect(bucketOfAddress('2001:0DB8:1:2::7%eth0')).toBe(home);
  expect(bucketOfAddress('2001:db8:1:3::1')).not.toBe(home);
});

test('an IPv4 address counts as itself, also in an IPv6 one', () => {
  expect(bucketOfAddress('::ffff:192.0.2.1')).toBe(bucketOfAddress('192.0.2.1'));
  expect(bucketOfAddress('192.0.2.2')).not.toBe(bucketOfAddress('192.0.2.1'));
});

test('all addresses of the loopback are those of one machine', () => {
  expect(bucketOfAddress('127.200.3.4')).toBe(bucketOfAddress('127.0.0.1'));
  expect(bucketOfAddress('::ffff:127.0.0.9')).toBe(bucketOfAddress('127.0.0.1'));
  expect(bucketOfAddress('128.0.0.1')).not.toBe(bucketOfAddress('127.0.0.1'));
});

test('a user has one bucket for all sessions and tokens, and a run its own', () => {
  const user = principalOf('viewer');
  const byToken = { ...user, kind: 'api_token', sessionId: null, apiTokenId: 'tok_1', runId: null } as const;
  expect(bucketOfPrincipal(byToken)).toBe(bucketOfPrincipal(user));
  expect(bucketOfPrincipal({ ...byToken, runId: 'run_1' })).not.toBe(bucketOfPrincipal(user));
});

test('the /64s of one IPv6 /48 have a bucket in common, and IPv4 addresses none', () => {
  const customer = findNetworkBucket('2001:db8:1:2::1');
  expect(customer).toBe('network:2001:db8:1');
  expect(findNetworkBucket('2001:0DB8:1:ffff::7%eth0')).toBe(customer);
  expect(findNetworkBucket('2001:db8:2::1')).not.toBe(customer);
  expect(findNetworkBucket('192.0.2.1')).toBeUndefined();
  expect(findNetworkBucket('::ffff:192.0.2.1')).toBeUndefined();
});
