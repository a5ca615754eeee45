import { expect, test } from 'vitest';
import { createSecretMask, MASKED } from './secret-mask.ts';

const secret = 's3cr3t/päss+word&=?';

function hide(secrets: string[], text: string): string {
  const mask = createSecretMask();
  mask.add(secrets);
  return mask.hide(text);
}

const encodings: [string, string][] = [
  ['as it is', secret],
  ['in a URL', `https://user:${encodeURIComponent(secret)}@host/`],
  ['in a URL with lower-case codes', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['in a form', new URLSearchParams({ password: secret }).toString()],
  ['in JSON', JSON.stringify({ password: secret })],
  ['as base64', Buffer.from(secret).toString('base64')],
  ['as base64url', Buffer.from(secret).toString('base64url')],
  ['in base64 after 1 byte', Buffer.from(`:${secret}`).toString('base64')],
  ['in base64 after 2 bytes', Buffer.from(`::${secret}`).toString('base64')],
  ['in base64 after a user name', Buffer.from(`user:${secret}`).toString('base64')],
  ['in base64url between others', Buffer.from(`token=${secret};more`).toString('base64url')],
];

test.each(encodings)('a secret is hidden %s', (_, text) => {
  const hidden = hide([secret], `before ${text} after`);
  expect(hidden).toContain(MASKED);
  expect(hidden).toMatch(/^before .* after$/);
  for (const part of [secret, encodeURIComponent(secret), 'c3IzdC', 'M2NyM3', 'zY3IzdC'])
    expect(hidden).not.toContain(part);
  // Of base64 at most the two characters at each end are left that also hold bits of the neighbours.
  const left = hidden
    .replace(/^before /, '')
    .replace(/ after$/, '')
    .replaceAll(MASKED, '');
  expect(left.length).toBeLessThanOrEqual(text.length - secret.length + 2);
});

test('every alignment of base64 leaves nothing of the secret to decode', () => {
  for (let before = 0; before < 6; before++) {
    const text = Buffer.from('x'.repeat(before) + secret + 'y'.repeat(5)).toString('base64');
    const [head = '', tail = ''] = hide([secret], text).split(MASKED);
    const known = Buffer.from(head, 'base64').toString() + Buffer.from(tail, 'base64').toString();
    expect(known).not.toContain(secret.slice(0, 2));
  }
});

test('each line of a secret with several is hidden, whatever it is indented by', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nQIBADANBgkqhkiG9w0BA\n-----END KEY-----\n';
  const hidden = hide([key], 'cat key:\n  MIIEvQIBADANBgkqhkiG\n  QIBADANBgkqhkiG9w0BA\n');
  expect(hidden).toBe(`cat key:\n  ${MASKED}\n  ${MASKED}\n`);
});

test('the longer of two secrets is hidden whole', () => {
  expect(hide(['pass', 'password'], 'a password')).toBe(`a ${MASKED}`);
});

test('characters with a meaning in patterns are taken as they are', () => {
  expect(hide(['a.c*[x](y)|$^\\'], 'abc a.c*[x](y)|$^\\ aXc')).toBe(`abc ${MASKED} aXc`);
});

test('words shorter than four characters are no secrets', () => {
  expect(hide(['', 'no', 'abc'], 'no abc')).toBe('no abc');
});
