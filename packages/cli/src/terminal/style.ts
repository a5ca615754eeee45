/** Gives a text a look. */
export type Paint = (text: string) => string;

/** Words in colours, or the words alone. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** @see ECMA-48, 8.3.117 SGR */
export function createStyle(colours: boolean): Style {
  const paint =
    (start: number, end: number): Paint =>
    (text) =>
      colours && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}
