import { createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findKeyVersion, openBytes, sealBytes } from './sealed-bytes.ts';

const key = randomBytes(32);
const place = ['variables', 'value', 'var_1', 'org_1'];

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('p$ssw"ord\n✓')],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
  ['a megabyte', randomBytes(1024 * 1024)],
])('%s comes back byte for byte', (_, plaintext) => {
  expect(openBytes(key, place, sealBytes(key, 1, place, plaintext))).toEqual(plaintext);
});

test('the same text is never sealed to the same bytes', () => {
  const seen = Array.from({ length: 100 }, () => sealBytes(key, 1, place, Buffer.from('same')).toString('hex'));
  expect(new Set(seen).size).toBe(100);
});

test('the layout is format, key version, nonce, ciphertext, tag, as any AES-256-GCM opens it', () => {
  const sealed = sealBytes(key, 258, ['ab', 'c'], Buffer.from('text'));
  expect(sealed.subarray(0, 5).toString('hex')).toBe('0100000102');
  expect(findKeyVersion(sealed)).toBe(258);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(5, 17));
  decipher.setAAD(Buffer.concat([sealed.subarray(0, 5), Buffer.from('\0\0\0\x02ab\0\0\0\x01c', 'latin1')]));
  decipher.setAuthTag(sealed.subarray(-16));
  expect(decipher.update(sealed.subarray(17, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('text');
});

describe('does not open', () => {
  const sealed = sealBytes(key, 1, place, Buffer.from('text'));

  test('with any single bit changed, nor cut short', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openBytes(key, place, changed)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(openBytes(key, place, sealed.subarray(0, length))).toBeUndefined();
    }
  });

  test('with another key', () => {
    expect(openBytes(randomBytes(32), place, sealed)).toBeUndefined();
  });

  test.each([
    ['another place', ['variables', 'value', 'var_2', 'org_1']],
    ['the same letters split otherwise', ['variable', 'svalue', 'var_1', 'org_1']],
    ['a part less', ['variables', 'value', 'var_1']],
  ])('at %s', (_, other) => {
    expect(openBytes(key, other, sealed)).toBeUndefined();
  });
});
