import { expect, test } from 'vitest';
import { createRunTurns } from './run-turns.ts';

const of = (organizationId: string | null) => ({ lane: 'long' as const, organizationId });

test('an organization stands by what it has under way and by its last turn, in each lane', () => {
  const turns = createRunTurns(() => [of('org_a'), of('org_a'), of(null)]);
  turns.note([of('org_b'), of('org_a')]);
  turns.note([{ lane: 'quick', organizationId: 'org_b' }]);
  expect(turns.standings()).toEqual({
    'long org_a': { runs: 2, lastTurn: 2 },
    'long org_b': { runs: 0, lastTurn: 1 },
    'long ': { runs: 1, lastTurn: 0 },
    'quick org_b': { runs: 0, lastTurn: 3 },
  });
});

test('of very many organizations those are forgotten that had their turn the longest ago', () => {
  const turns = createRunTurns(() => []);
  for (let n = 0; n < 1_001; n++) turns.note([of(`org_${n}`)]);
  turns.note([of('org_1'), of('org_new')]);
  const known = Object.keys(turns.standings());
  expect(known).toHaveLength(1_000);
  expect(known).toContain('long org_1');
  expect(known).not.toContain('long org_2');
});
