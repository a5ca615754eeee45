import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

test('a password is hashed by argon2id with the parameters that OWASP asks for, and a salt', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await hashPassword('correct horse')).not.toBe(hash);
});

test('only the same password fits, byte by byte', async () => {
  const hash = await hashPassword('pässword ✓');
  expect(await verifyPassword(hash, 'pässword ✓')).toBe(true);
  expect(await verifyPassword(hash, 'pässword')).toBe(false);
  expect(await verifyPassword(hash, '')).toBe(false);
});

test('a hash that was made with other parameters still fits', async () => {
  // From src/test.c of the reference implementation, https://github.com/P-H-C/phc-winner-argon2.
  const older = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await verifyPassword(older, 'password')).toBe(true);
});
