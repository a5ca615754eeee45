import { expect, test } from 'vitest';
import { opensSalt } from './passphrase-salt.ts';

// Made by Pulumi 3.200.0, with the passphrase `x`.
const salt = 'v1:1M8S7p8D0f0=:v1:FpIqmd68ZaCWggG9:5gW2OU+L6q5241VcEk36YtyMQtzmpw==';

test('a salt of Pulumi is known by its passphrase, and by no other', async () => {
  expect(await opensSalt(salt, 'x')).toBe(true);
  expect(await opensSalt(salt, 'y')).toBe(false);
});

test.each(['', 'v1:', salt.replace('v1:', 'v2:'), `${salt}:more`, 'v1:1M8S7p8D0f0=:v1:FpIqmd68ZaCWggG9:AAAA'])(
  '"%s" is the salt of nothing',
  async (text) => {
    expect(await opensSalt(text, 'x')).toBe(false);
  },
);
