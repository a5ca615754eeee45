import { expect, test } from 'vitest';
import { createToken, hashToken, isToken } from './token.ts';

test('a token carries its prefix and 256 random bits; what is stored does not show it', () => {
  const token = createToken('dvt');
  expect(token.text).toMatch(/^dvt_[A-Za-z0-9_-]{43}$/);
  expect(token.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(createToken('dvt').text).not.toBe(token.text);
});

test('only the token itself has its hash', () => {
  const { text, hash } = createToken('dvt');
  expect(hashToken(text)).toBe(hash);
  expect(isToken(text, hash)).toBe(true);
  expect(isToken(`${text}x`, hash)).toBe(false);
  expect(isToken(text, hash.slice(1))).toBe(false);
  expect(isToken(text, '')).toBe(false);
});
