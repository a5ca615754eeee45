import { expect, test } from 'vitest';
import { settings } from './settings.ts';
import { renderSettingsDocument } from './settings-document.ts';

test('every variable is documented once, with its default, meaning and form', () => {
  const rows = renderSettingsDocument()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '));
  expect(rows.map(([name]) => name)).toEqual(Object.keys(settings).map((name) => `| \`${name}\``));
  for (const row of rows) {
    expect(row).toHaveLength(4);
    expect(row.every((cell) => cell.trim().length > 1)).toBe(true);
  }
});
