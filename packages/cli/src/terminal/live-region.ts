import { fitText } from './text-width.ts';

/** Where a region is drawn: a terminal. */
export interface TerminalStream {
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** The last lines of a terminal, drawn again and again, with lines that stay above them. */
export interface LiveRegion {
  /** Draws these lines in place of those before; `above` are lines that stay, over the region. */
  draw(lines: readonly string[], above?: readonly string[]): void;
  /** Removes the region, so that something else can use the terminal. */
  clear(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseDown = '\u001b[J';
// A line that is wider than was thought is cut off by the terminal and not wrapped: the count of lines stays right.
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/** One write a frame, so that a terminal never shows half of one. */
export function createLiveRegion(stream: TerminalStream): LiveRegion {
  let drawn = 0;

  const back = () => (drawn > 1 ? `\r\u001b[${drawn - 1}A` : '\r');

  function frame(above: readonly string[], lines: readonly string[]): void {
    const columns = Math.max(10, (stream.columns ?? 80) - 1);
    // What does not fit on the screen cannot be erased.
    const shown = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1)).map((line) => fitText(line, columns));
    const kept = above.map((line) => `${line}\n`).join('');
    const region = shown.length === 0 ? showCursor : `${hideCursor}${wrapOff}${shown.join('\n')}${wrapOn}`;
    stream.write(`${drawn > 0 ? `${back()}${eraseDown}` : ''}${kept}${region}`);
    drawn = shown.length;
  }

  return {
    draw: (lines, above = []) => frame(above, lines),
    clear: () => {
      if (drawn > 0) frame([], []);
    },
  };
}
