import { StringDecoder } from 'node:string_decoder';

// Longer lines are cut here, so that one line here is one line of output there, whoever stores it.
const maxLineLength = 32_768;

/**
 * Turns chunks of bytes into whole lines of text; a character cut in two by a chunk's end is put together again. The lines
 * depend on the bytes alone, not on the chunks: who reads a command's output again counts the same lines.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that are complete by now. */
  push(chunk: Buffer): string[] {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n');
    const last = pieces.pop() ?? '';
    const lines = pieces.flatMap((piece) => cut(piece.endsWith('\r') ? piece.slice(0, -1) : piece));
    // A CR at the end may belong to the line's end, so it does not count yet.
    const { heads, rest } = cutHeads(last, last.endsWith('\r') ? maxLineLength + 1 : maxLineLength);
    this.#rest = rest;
    return [...lines, ...heads];
  }

  /** The last line, when nothing ended it. */
  end(): string[] {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    return last === '' ? [] : cut(last);
  }
}

/** How much of a long line becomes one: half of a character outside of the basic plane is none. */
function headLength(line: string): number {
  const lastUnit = line.charCodeAt(maxLineLength - 1);
  return lastUnit >= 0xd800 && lastUnit <= 0xdbff ? maxLineLength - 1 : maxLineLength;
}

/** Cuts parts off a line until no more than `longestRest` of it is left. */
function cutHeads(line: string, longestRest: number): { heads: string[]; rest: string } {
  const heads: string[] = [];
  let rest = line;
  while (rest.length > longestRest) {
    const length = headLength(rest);
    heads.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return { heads, rest };
}

function cut(line: string): string[] {
  const { heads, rest } = cutHeads(line, maxLineLength);
  return [...heads, rest];
}
