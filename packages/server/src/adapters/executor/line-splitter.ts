import { StringDecoder } from 'node:string_decoder';

// Longer lines are cut here, so that one line here is one line of output there, whoever stores it.
const maxLineLength = 32_768;

/** Turns chunks of bytes into whole lines of text; a character cut in two by a chunk's end is put together again. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that are complete by now. */
  push(chunk: Buffer): string[] {
    const pieces = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = pieces.pop() ?? '';
    const lines = pieces.flatMap((piece) => cut(piece.endsWith('\r') ? piece.slice(0, -1) : piece));
    while (this.#rest.length > maxLineLength) {
      lines.push(this.#rest.slice(0, maxLineLength));
      this.#rest = this.#rest.slice(maxLineLength);
    }
    return lines;
  }

  /** The last line, when nothing ended it. */
  end(): string[] {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    return last === '' ? [] : cut(last);
  }
}

function cut(line: string): string[] {
  if (line.length <= maxLineLength) return [line];
  const parts: string[] = [];
  for (let at = 0; at < line.length; at += maxLineLength) parts.push(line.slice(at, at + maxLineLength));
  return parts;
}
