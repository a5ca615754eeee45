import { expect, test } from 'vitest';
import { filterRows, mergeRows } from './variable-rows.ts';

const variable = (name: string, ...texts: string[]) => ({
  name,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  updatedBy: null,
  references: texts.map((text) => ({ serviceId: null, name: 'X', text, problem: null })),
});

test("a service's own variable stands in front of the shared one of its name", () => {
  const rows = mergeRows([variable('A'), variable('REGION')], [variable('REGION'), variable('ZONE')]);
  expect(rows.map(({ variable: { name }, source, hidesShared }) => [name, source, hidesShared])).toEqual([
    ['A', 'own', false],
    ['REGION', 'own', true],
    ['ZONE', 'shared', false],
  ]);
});

test('rows are found by the words of their name and of what they refer to', () => {
  const rows = mergeRows([variable('DB_URL', '${{db.URL}}'), variable('LOG_LEVEL')], []);
  const found = (words: string) => filterRows(rows, words).map((row) => row.variable.name);
  expect(found('')).toEqual(['DB_URL', 'LOG_LEVEL']);
  expect(found('log LEVEL')).toEqual(['LOG_LEVEL']);
  expect(found('{{db')).toEqual(['DB_URL']);
  expect(found('log db')).toEqual([]);
});
