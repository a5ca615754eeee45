import { expect, test } from 'vitest';
import type { RunLane } from './run-kind.ts';
import { createRunPlaces } from './run-places.ts';

const placesWith = (concurrency: number, occupants: readonly (readonly [RunLane, string | null])[]) =>
  createRunPlaces(concurrency, () => occupants.map(([lane, organizationId]) => ({ lane, organizationId })));
const many = (count: number, lane: RunLane, organizationId: string | null) =>
  Array.from({ length: count }, () => [lane, organizationId] as const);

test('each lane has places of its own', () => {
  const places = placesWith(4, many(4, 'long', null));
  expect(places.free()).toEqual([
    { lane: 'quick', limit: 8, without: [] },
    { lane: 'dependent', limit: 4, without: [] },
    { lane: 'lasting', limit: 16, without: [] },
  ]);
});

test('a server that works on one long run at a time does two quick ones of each organization', () => {
  expect(placesWith(1, []).shared()).toEqual([
    { lane: 'quick', limit: 2, without: [] },
    { lane: 'long', limit: 1, without: [] },
    { lane: 'dependent', limit: 1, without: [] },
    { lane: 'lasting', limit: 2, without: [] },
  ]);
});

test('a server that only reads has no place', () => {
  const places = placesWith(0, []);
  expect([places.free(), places.shared(), places.rest()]).toEqual([[], [], []]);
});

test('an organization gets half of the quick and the lasting places, and no claim brings it more', () => {
  const places = placesWith(4, [...many(8, 'lasting', 'org_a'), ...many(3, 'lasting', 'org_b'), ['quick', 'org_b']]);
  const shared = places.shared();
  expect(shared).toContainEqual({ lane: 'lasting', limit: 5, without: ['org_a'] });
  expect(shared).toContainEqual({ lane: 'quick', limit: 3, without: [] });
  expect(places.rest()).toEqual([]);
});

test('of the long places it gets more when nobody else wants them', () => {
  const places = placesWith(4, many(2, 'long', 'org_a'));
  expect(places.shared()).toContainEqual({ lane: 'long', limit: 2, without: ['org_a'] });
  expect(places.rest()).toEqual([{ lane: 'long', limit: 2, without: [] }]);
});

test('what the platform does for itself has no share', () => {
  expect(placesWith(1, many(3, 'quick', null)).shared()).toContainEqual({ lane: 'quick', limit: 1, without: [] });
});
