/** What a series comes to. */
export interface SeriesSummary {
  last: number;
  min: number;
  max: number;
  /** Of the intervals in which something was measured, each the same. */
  avg: number;
}

/** Undefined where nothing was measured. */
export function summarize(values: readonly (number | null)[]): SeriesSummary | undefined {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  return {
    last,
    min: Math.min(...known),
    max: Math.max(...known),
    avg: known.reduce((sum, value) => sum + value, 0) / known.length,
  };
}
