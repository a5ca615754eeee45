/** Rows that show lines one after another. */
export interface RowRange<Row> {
  /** The line of the first. */
  readonly from: number;
  readonly rows: readonly Row[];
}

/**
 * What rows may be used for: to show other lines (`exchange` all of them after a jump, where each shows what is in its place now; `turn` those that left
 * at one end into those that come in at the other), or only what they show (`keep`), so that what is selected or has the focus there stays what it is.
 */
export type RowUse = 'exchange' | 'turn' | 'keep';

/** Which row shows which of the lines from `from` to `to` (not included); `left` are those that show none. */
export function assignRows<Row>(
  before: RowRange<Row>,
  from: number,
  to: number,
  use: RowUse,
  make: () => Row,
): { rows: Row[]; left: Row[] } {
  const size = Math.max(0, to - from);
  if (use === 'exchange') {
    const rows = Array.from({ length: size }, (_, place) => before.rows[place] ?? make());
    return { rows, left: before.rows.slice(size) };
  }
  const offset = from - before.from;
  const left = before.rows.filter((_, place) => place < offset || place >= offset + size);
  const rows = Array.from(
    { length: size },
    (_, place) => before.rows[place + offset] ?? (use === 'turn' ? left.shift() : undefined) ?? make(),
  );
  return { rows, left };
}
