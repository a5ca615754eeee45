import { expect, test } from 'vitest';
import { formatBytes, formatDuration, parseMoment } from './duration.ts';

test('durations are exact where they are short', () => {
  expect([0, 340, 59_900, 61_000, 3_600_000, 90_000_000].map(formatDuration)).toEqual([
    '0.0s',
    '0.3s',
    '59.9s',
    '1m 01s',
    '1h 00m',
    '1d 1h',
  ]);
});

test('a moment is an age or a time', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(parseMoment('90s', now)).toBe('2026-03-01T11:58:30.000Z');
  expect(parseMoment('2d', now)).toBe('2026-02-27T12:00:00.000Z');
  expect(parseMoment('2026-02-01T10:00:00+02:00', now)).toBe('2026-02-01T08:00:00.000Z');
  expect(['', '5', 'yesterday', '2026-13-40', '-5m'].map((text) => parseMoment(text, now))).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test('sizes have two digits where that says more', () => {
  expect([0, 1023, 1024, 10_240, 1_048_000, 5_000_000_000].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '10 KiB',
    '1023 KiB',
    '4.7 GiB',
  ]);
});
