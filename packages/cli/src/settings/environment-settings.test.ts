import { expect, test } from 'vitest';
import { environmentChanges, formatApproval, formatDriftEvery, parseDriftEvery } from './environment-settings.ts';

test.each([
  ['6h', 6],
  ['2d', 48],
  ['off', null],
])('%s is an interval of %s hours', (text, hours) => {
  expect(parseDriftEvery(text)).toBe(hours);
});

test.each(['', '6', '0h', '-1h', '6m', '1.5h', 'never'])('"%s" is no interval', (text) => {
  expect(() => parseDriftEvery(text)).toThrow('is no interval');
});

test('only what is said is changed', () => {
  expect(environmentChanges({ approval: 'another-member' })).toEqual({ deployApproval: 'another_member' });
  expect(environmentChanges({ driftEvery: 'off', rename: 'live' })).toEqual({ driftCheckHours: null, name: 'live' });
  expect(() => environmentChanges({})).toThrow('Say what is to be changed.');
});

test('settings are shown in words', () => {
  expect(formatApproval({ deployApproval: 'another_member' })).toBe('approved by another member');
  expect(formatApproval({ deployApproval: 'none' })).toBe('deployed at once');
  expect(formatDriftEvery({ driftCheckHours: 6 })).toBe('drift looked for every 6 h');
  expect(formatDriftEvery({ driftCheckHours: null })).toBe('drift looked for on request');
});
