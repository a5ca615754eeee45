import { expect, test } from 'vitest';
import { changesAnything, mayApprove, requirementOf } from './approval.ts';

test.each([
  [{ create: 1 }, true],
  [{ same: 9, update: 1 }, true],
  [{ same: 4, read: 1 }, false],
  [{ delete: 0, same: 2 }, false],
  [{}, false],
])('a preview of %j changes something: %s', (changes, expected) => {
  expect(changesAnything(changes)).toBe(expected);
});

test('a deployment waits where its environment or whoever asks wants it, and never for less than it was told', () => {
  expect(requirementOf({ environment: 'none', preview: false })).toBeNull();
  expect(requirementOf({ environment: 'none', preview: true })).toBe('anyone');
  expect(requirementOf({ environment: 'another_member', preview: false })).toBe('another_member');
  // The setting was turned on while it waited, or off again.
  expect(requirementOf({ environment: 'another_member', preview: true, before: 'anyone' })).toBe('another_member');
  expect(requirementOf({ environment: 'none', preview: false, before: 'another_member' })).toBe('another_member');
  expect(requirementOf({ environment: 'none', preview: false, before: 'anyone' })).toBe('anyone');
});

test('who asked does not approve where another has to', () => {
  expect(mayApprove('anyone', 'usr_a', 'usr_a')).toBe(true);
  expect(mayApprove('another_member', 'usr_a', 'usr_a')).toBe(false);
  expect(mayApprove('another_member', 'usr_a', 'usr_b')).toBe(true);
  expect(mayApprove('another_member', null, 'usr_a')).toBe(true);
});
