import { describe, expect, test } from 'vitest';
import { isApex, readDomainName } from './domain-name.ts';

const own = { baseDomain: 'apps.example.com', panelHost: 'davit.example.com' };
const codeOf = (text: string): string => {
  try {
    return readDomainName(text, own);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the name of a domain', () => {
  test.each([
    ['WWW.Example.ORG', 'www.example.org'],
    ['www.example.org.', 'www.example.org'],
    [' shop.example.co.uk ', 'shop.example.co.uk'],
    ['kůň.example.cz', 'xn--k-qla0j.example.cz'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['someone.github.io', 'someone.github.io'],
    ['example.com', 'example.com'],
  ])('%j is %s', (text, host) => {
    expect(codeOf(text)).toBe(host);
  });

  test.each([
    '',
    '192.0.2.1',
    '2001:db8::1',
    '[::1]',
    '2130706433',
    '127.1',
    '0x7f.1',
    'localhost',
    'shop.localhost',
    'printer.local',
    'db.internal',
    'com',
    'co.uk',
    'github.io',
    'single',
    '*.example.org',
    'https://example.org',
    'example.org/path',
    'example.org:443',
    'user@example.org',
    'a..example.org',
    '-a.example.org',
    'a_b.example.org',
    'exa mple.org',
    "example.org'; drop table domains",
    `${'a'.repeat(64)}.example.org`,
    `${'a.'.repeat(130)}org`,
  ])('%j is refused', (text) => {
    expect(codeOf(text)).toBe('DOMAIN_NAME_INVALID');
  });

  test.each(['davit.example.com', 'DAVIT.example.com.', 'apps.example.com', 'shop.apps.example.com'])(
    '%s is the platform’s own',
    (text) => {
      expect(codeOf(text)).toBe('DOMAIN_RESERVED');
    },
  );

  test('that was registered is an apex, and one below it is not', () => {
    expect(isApex('example.co.uk')).toBe(true);
    expect(isApex('www.example.co.uk')).toBe(false);
    expect(isApex('someone.github.io')).toBe(true);
  });
});
