import { describe, expect, it } from 'vitest';
import { externalHref } from './external-href.ts';

describe('a link to another site', () => {
  it('goes by http and https', () => {
    expect(externalHref('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
    expect(externalHref('http://api.localhost:4000')).toBe('http://api.localhost:4000/');
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    '//example.com',
    '/v1/projects',
    'example.com',
    'https://bank.example@evil.example/',
    'https://',
    '',
  ])('is refused: %j', (url) => {
    expect(externalHref(url)).toBeUndefined();
  });
});
