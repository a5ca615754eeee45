import { expect, test } from 'vitest';
import { endOf, parseLabels, toScope } from './credential-scope.ts';

test('labels are pairs, separated by commas or lines', () => {
  expect(parseLabels('team=shop, tier = prod\nempty=')).toEqual({ team: 'shop', tier: 'prod', empty: '' });
  expect(parseLabels(' ')).toEqual({});
  expect(parseLabels('team')).toBeUndefined();
  expect(parseLabels('=shop')).toBeUndefined();
});

test('a scope is shown as it is stored, and its day ends at the last second of it', () => {
  const end = endOf('2030-12-31');
  expect(end).toBe(new Date(2030, 11, 31, 23, 59, 59).toISOString());
  expect(toScope({ environmentId: null, labels: { team: 'shop' }, expiresAt: end })).toEqual({
    environmentId: '',
    labels: 'team=shop',
    end: '2030-12-31',
  });
  expect(endOf('')).toBeNull();
});
