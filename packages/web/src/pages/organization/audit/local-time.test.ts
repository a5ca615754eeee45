import { expect, test } from 'vitest';
import { fromLocalInput, toLocalInput } from './local-time.ts';

test('a time that is entered comes back as it was, in whatever zone the reader is', () => {
  for (const text of ['2026-01-15T08:30', '2026-07-15T23:59', '2026-03-01T00:00']) {
    expect(toLocalInput(fromLocalInput(text))).toBe(text);
  }
});

test('an empty field asks for nothing', () => {
  expect(fromLocalInput('')).toBeUndefined();
  expect(toLocalInput(undefined)).toBe('');
});
