import { padText, textWidth } from './text-width.ts';

/** Rows in columns that are as wide as their widest cell, two spaces apart; no space at the end of a line. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => padText(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
