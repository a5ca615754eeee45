import { describe, expect, test } from 'vitest';
import { accountIdOf } from './gcp-provider.ts';

const accountId = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

describe('the id of a service account', () => {
  test('is the name with the purpose where that fits', () => {
    expect(accountIdOf('api', 'run')).toBe('api-run');
  });

  test('is valid for names that are too long, or begin with a digit', () => {
    for (const name of ['a'.repeat(63), '7-seas', 'a-name-that-is-just-too-long-by-one']) {
      expect(accountIdOf(name, 'nodes')).toMatch(accountId);
    }
  });

  test('differs for long names that begin alike', () => {
    const start = 'a-name-of-more-than-thirty-characters';
    expect(accountIdOf(`${start}-1`, 'run')).not.toBe(accountIdOf(`${start}-2`, 'run'));
  });
});
