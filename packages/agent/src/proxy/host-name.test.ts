import { describe, expect, it } from 'vitest';
import { hostKey, isHostName, isTargetAddress } from './host-name.ts';

describe('the key of a host name', () => {
  it.each([
    ['app.localhost', 'app.localhost'],
    ['app.localhost:4080', 'app.localhost'],
    ['APP.LocalHost:4080', 'app.localhost'],
    ['app.localhost.', 'app.localhost'],
    ['app.localhost.:80', 'app.localhost'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[::1]:4080', '[::1]'],
    ['', ''],
  ])('%s is looked up as "%s"', (authority, key) => {
    expect(hostKey(authority)).toBe(key);
  });

  it.each(['a', 'app.localhost', 'my_app.example', '10.0.0.1', '[::1]', 'a-b.c'])('%s is a host name', (key) => {
    expect(isHostName(key)).toBe(true);
  });

  it.each(['', '.', 'a..b', '-a', 'a b', 'a/b', 'a@b', '<script>', 'a%00', 'bücher.example', 'a'.repeat(254), '[<b>]'])(
    '"%s" is not a host name',
    (key) => {
      expect(isHostName(key)).toBe(false);
    },
  );
});

describe('the address of a target', () => {
  it.each(['127.0.0.1', '::1', '[::1]', 'localhost', 'db.internal', 'Upper.example'])('may be %s', (address) => {
    expect(isTargetAddress(address)).toBe(true);
  });

  it.each(['', 'a:80', 'a/b', 'u@h', '[127.0.0.1]', '[::1', '::1]', 'a b'])('may not be "%s"', (address) => {
    expect(isTargetAddress(address)).toBe(false);
  });
});
