/** East Asian Wide and Fullwidth (Unicode, UAX #11), and emoji: two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** No column: marks that sit on the character before, and joiners. */
const narrow = /\p{M}|\p{Cf}|\p{Emoji_Modifier}/u;
const ascii = /^[\u0020-\u007e]*$/;
const sgr = /\u001b\[[0-9;:]*m/y;

function characterWidth(character: string): number {
  if (ascii.test(character)) return 1;
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a sanitised text takes in a terminal. */
export function textWidth(text: string): number {
  const plain = text.replaceAll(/\u001b\[[0-9;:]*m/g, '');
  if (ascii.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += characterWidth(character);
  return width;
}

/** The text, cut to `columns` with "…" at its end where it is longer; colours do not count and are ended. */
export function fitText(text: string, columns: number): string {
  const flat = text.replaceAll('\t', '  ');
  if (textWidth(flat) <= columns) return flat;
  let width = 0;
  let end = 0;
  for (let index = 0; index < flat.length; ) {
    sgr.lastIndex = index;
    const code = sgr.exec(flat)?.[0];
    const part = code ?? String.fromCodePoint(flat.codePointAt(index) ?? 0);
    if (code === undefined) width += characterWidth(part);
    if (width > columns - 1) break;
    index += part.length;
    end = index;
  }
  const cut = flat.slice(0, end);
  return `${cut}…${cut.includes('\u001b') ? '\u001b[0m' : ''}`;
}

/** The text with spaces at its end up to `columns`. */
export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
