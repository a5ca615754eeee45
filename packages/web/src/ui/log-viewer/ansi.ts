/** How a piece of text looks. Colours 0 to 15 are the theme's; others are given as red, green, blue. */
export interface AnsiStyle {
  color?: number | readonly [number, number, number];
  background?: number | readonly [number, number, number];
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  inverse?: boolean;
}

export interface AnsiSegment {
  text: string;
  style: AnsiStyle;
}

/*
 * Escape sequences by ECMA-48: CSI (parameters, intermediates, one final byte), strings (OSC, DCS, SOS, PM, APC: up to BEL or ST) and the short ones.
 * `anser` leaves OSC and others in the text, hence our own. A string without its end loses only its opening: a line must not be able to
 * hide what follows. Quantifiers are bounded and do not overlap, so that no line makes this slow.
 */
const SEQUENCE =
  /(?:\u001b\[|\u009b)([0-?]{0,128})[ -/]{0,8}([@-~])|(?:\u001b[\]P^_X]|[\u009d\u0090\u009e\u009f\u0098])[^\u0007\u001b\u0090\u0098\u009c-\u009f]{0,4096}(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]{0,8}[0-~]|[\u001b\u0080-\u009f]/g;

/** What is left of C0 has no business in a line: the tab stays. */
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** Splits a line into pieces of one look each. Only SGR (colours and weight) is obeyed; every other sequence and control character vanishes. */
export function parseAnsi(line: string): AnsiSegment[] {
  // Most lines have nothing of all this.
  if (!/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/.test(line)) return line === '' ? [] : [{ text: line, style: {} }];
  const segments: AnsiSegment[] = [];
  let style: AnsiStyle = {};
  let from = 0;
  const push = (raw: string): void => {
    const text = raw.replace(CONTROLS, '');
    const last = segments.at(-1);
    if (text === '') return;
    if (last !== undefined && last.style === style) last.text += text;
    else segments.push({ text, style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    // Private parameters (`?`, `>`) are no SGR.
    if (match[2] === 'm' && /^[\d;:]*$/.test(match[1] ?? '')) style = applySgr(style, match[1] ?? '');
  }
  push(line.slice(from));
  return segments;
}

/** The text without any escape sequence. */
export function stripAnsi(line: string): string {
  return parseAnsi(line)
    .map((segment) => segment.text)
    .join('');
}

function applySgr(before: AnsiStyle, parameters: string): AnsiStyle {
  let style: AnsiStyle = { ...before };
  const codes = parameters.split(';');
  for (let index = 0; index < codes.length; index += 1) {
    const [first = '', ...rest] = (codes[index] ?? '').split(':');
    const code = first === '' ? 0 : Number(first);
    if (code === 0) style = {};
    else if (code === 38 || code === 48) {
      const colons = rest.length > 0;
      const given = colons ? rest.map(Number) : codes.slice(index + 1, index + 5).map(Number);
      const { color, used } = extendedColor(given, colons);
      if (!colons) index += used;
      if (color !== undefined) style[code === 38 ? 'color' : 'background'] = color;
    } else applySimple(style, code);
  }
  return style;
}

function applySimple(style: AnsiStyle, code: number): void {
  if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) style.underline = true;
  else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else if (code === 22) {
    delete style.bold;
    delete style.dim;
  } else if (code === 23) delete style.italic;
  else if (code === 24) delete style.underline;
  else if (code === 27) delete style.inverse;
  else if (code === 29) delete style.strike;
  else if (code >= 30 && code <= 37) style.color = code - 30;
  else if (code === 39) delete style.color;
  else if (code >= 40 && code <= 47) style.background = code - 40;
  else if (code === 49) delete style.background;
  else if (code >= 90 && code <= 97) style.color = code - 82;
  else if (code >= 100 && code <= 107) style.background = code - 92;
}

/** `5;n` or `2;r;g;b` after 38 or 48; with colons a colour space may stand before r. */
function extendedColor(given: number[], colons: boolean): { color?: NonNullable<AnsiStyle['color']>; used: number } {
  if (given[0] === 5) {
    const color = paletteColor(given[1]);
    return color === undefined ? { used: 2 } : { color, used: 2 };
  }
  if (given[0] !== 2) return { used: given.length === 0 ? 0 : 1 };
  const [red, green, blue] = colons && given.length > 4 ? given.slice(2) : given.slice(1);
  if (!isByte(red) || !isByte(green) || !isByte(blue)) return { used: 4 };
  return { color: [red, green, blue], used: 4 };
}

const isByte = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;

/** xterm's 256 colours: 16 of the theme, a cube of 6 × 6 × 6, 24 greys. */
function paletteColor(index: number | undefined): AnsiStyle['color'] {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}
