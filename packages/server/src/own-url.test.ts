import { expect, test } from 'vitest';
import { ownUrl } from './own-url.ts';

test('a server that listens everywhere is reached on loopback', () => {
  expect(ownUrl({ address: '0.0.0.0', family: 'IPv4', port: 4000 })).toBe('http://127.0.0.1:4000');
  expect(ownUrl({ address: '::', family: 'IPv6', port: 4000 })).toBe('http://127.0.0.1:4000');
});

test('one that listens on one address is reached there', () => {
  expect(ownUrl({ address: '127.0.0.1', family: 'IPv4', port: 4321 })).toBe('http://127.0.0.1:4321');
  expect(ownUrl({ address: '::1', family: 'IPv6', port: 4321 })).toBe('http://[::1]:4321');
});

test('one that does not listen has no address', () => {
  expect(() => ownUrl(null)).toThrow('does not listen');
});
