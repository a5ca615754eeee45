import { expect, test } from 'vitest';
import { hoursChoices, hoursOf } from './drift-check-hours.ts';

test('the usual intervals are offered, and the one that is set where another program has set it', () => {
  expect(hoursChoices(24).map(({ label }) => label)).toEqual([
    'Only when somebody asks',
    'Every hour',
    'Every 6 hours',
    'Every 12 hours',
    'Every day',
    'Every 3 days',
    'Every week',
  ]);
  expect(hoursChoices(30).map(({ label }) => label)).toContain('Every 30 hours');
  expect(hoursChoices(null).map(({ value }) => hoursOf(value))).toEqual([null, 1, 6, 12, 24, 72, 168]);
});
