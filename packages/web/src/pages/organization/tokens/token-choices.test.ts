import { expect, test } from 'vitest';
import { expiryOf, scopesOf } from './token-choices.ts';

test('nobody is offered a scope that is wider than their role', () => {
  expect(scopesOf('viewer')).toEqual(['read']);
  expect(scopesOf('developer')).toEqual(['read', 'deploy']);
  expect(scopesOf('admin')).toEqual(['read', 'deploy', 'admin']);
  expect(scopesOf('owner')).toEqual(['read', 'deploy', 'admin']);
});

test('a lifetime is counted from now; without an end no time is sent', () => {
  expect(expiryOf('30', Date.parse('2026-02-01T12:00:00Z'))).toBe('2026-03-03T12:00:00.000Z');
  expect(expiryOf('never', 0)).toBeUndefined();
});
