import { expect, test } from 'vitest';
import { startProviderService } from '../../../test/support/provider-service.ts';
import { createAddressGuard } from './address-guard.ts';
import { createGuardedFetch } from './guarded-fetch.ts';

const guard = createAddressGuard(['10.1.0.0/16', 'fd00::1']);

test.each([
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  'fe80::1',
  'fd00::2',
  'fd00:ec2::254',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  'ff02::1',
])('%s is not public', (address) => {
  expect([guard.isPublic(address), guard.isAllowed(address)]).toEqual([false, false]);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001:80b::200e'])(
  '%s is public',
  (address) => {
    expect(guard.isPublic(address)).toBe(true);
  },
);

test('what the operator lists is allowed, and its neighbours are not', () => {
  expect(['10.1.2.3', 'fd00::1'].map((address) => guard.isAllowed(address))).toEqual([true, true]);
  expect(['10.2.0.1', 'fd00::3'].map((address) => guard.isAllowed(address))).toEqual([false, false]);
});

const call = (url: string, networks: string[] = []) =>
  createGuardedFetch({ networks })({ method: 'GET', url, signal: AbortSignal.timeout(20_000) });

test.each([
  'http://127.0.0.1:1/',
  'https://127.0.0.1:1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://localhost/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'http://8.8.8.8/',
  'file:///etc/passwd',
  'https://user:password@8.8.8.8/',
  'no address',
])('%s is not called', async (url) => {
  await expect(call(url)).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
});

test('a redirect is an answer, not a way to go', async () => {
  await using service = await startProviderService(() => ({
    status: 307,
    headers: { location: 'http://127.0.0.1:1/' },
  }));
  expect(await call(service.url, ['127.0.0.0/8'])).toMatchObject({ status: 307 });
});

test('an answer without end is cut off', async () => {
  await using service = await startProviderService(() => ({ body: 'x'.repeat(2 * 1024 * 1024) }));
  await expect(call(service.url, ['127.0.0.0/8'])).rejects.toMatchObject({ code: 'OUTBOUND_ANSWER_UNUSABLE' });
});
