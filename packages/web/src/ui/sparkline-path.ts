/** The line and the area below it of a small chart: SVG path data in a box of `width` × `height`. Gaps (null) stay gaps; the least top is `floor`. */
export function sparklinePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  floor = 0,
): { line: string; area: string } {
  const top = Math.max(floor, ...values.map((value) => value ?? 0)) || 1;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const line: string[] = [];
  const area: string[] = [];
  let run: string[] = [];
  let runStart = 0;
  const round = (number: number): number => Math.round(number * 10) / 10;
  const close = (end: number): void => {
    if (run.length === 0) return;
    // A lone point between gaps would be invisible: a dot of no length with round ends.
    line.push(`M${run.join('L')}${run.length === 1 ? 'h0' : ''}`);
    if (run.length > 1)
      area.push(`M${round(runStart * step)},${height}L${run.join('L')}L${round(end * step)},${height}Z`);
    run = [];
  };
  for (const [index, value] of values.entries()) {
    if (value === null) {
      close(index - 1);
      continue;
    }
    if (run.length === 0) runStart = index;
    // A pixel of room above and below, for the width of the line.
    run.push(`${round(index * step)},${round(height - 1 - (Math.max(0, value) / top) * (height - 2))}`);
  }
  close(values.length - 1);
  return { line: line.join(''), area: area.join('') };
}
