import { isAscii, isUtf8 } from 'node:buffer';

/** A longer line is stored as several records, all but the last marked as partial. Bytes, as the process wrote them. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Usual size of a block of lines: a reader decodes no more than this for one line. */
export const BLOCK_BYTES = 64 * 1024;

/** Some lines in the form in which they are stored. */
export interface LineBlock {
  /** UTF-8 without NUL; lines separated by `\n`, none after the last one. */
  payload: Uint8Array;
  count: number;
  /** Bytes of the chunk that are stored once this block is. */
  consumed: number;
  /** The (one) line of this block goes on in the next one. */
  partial: boolean;
  ascii: boolean;
}

export interface SplitOptions {
  /** The line before this chunk was stored as partial: a newline at once only ends it. */
  open: boolean;
  /** Store an unfinished last line too, as partial. */
  flush: boolean;
  /** Wanted size of a block; a longer line makes a longer one. */
  blockBytes: number;
}

/**
 * Splits what a process wrote into blocks of whole lines. What is left over (`consumed` is less than the chunk) is the
 * unfinished last line, to be given again together with what follows.
 *
 * Content is never trusted: bytes that are not UTF-8 become U+FFFD, NUL is left out (PostgreSQL and C programs choke on
 * it), a carriage return before a newline is dropped; escape sequences are kept as they are, for the reader to show or not.
 */
export function splitLines(
  chunk: Buffer,
  { open, flush, blockBytes }: SplitOptions,
): { blocks: LineBlock[]; consumed: number; open: boolean } {
  const blocks: LineBlock[] = [];
  let position = 0;
  let isOpen = open;
  if (open) {
    const newline = chunk[0] === 13 ? 1 : 0;
    if (chunk[newline] === 10) {
      position = newline + 1;
      isOpen = false;
    }
  }
  while (position < chunk.length) {
    const end = endOfLines(chunk, position, blockBytes);
    if (end !== -1) {
      blocks.push(makeBlock(chunk, position, end, end + 1, false));
      position = end + 1;
      isOpen = false;
      continue;
    }
    const available = Math.min(chunk.length, position + MAX_LINE_BYTES);
    if (available - position < MAX_LINE_BYTES && !flush) break;
    const cut = characterBoundary(chunk, position, available);
    blocks.push(makeBlock(chunk, position, cut, cut, true));
    position = cut;
    isOpen = true;
    // Half a character is left to wait for its other half, unless it is all that a flush was asked for.
    if (cut < available && available === chunk.length) break;
  }
  return { blocks, consumed: position, open: isOpen };
}

/** Where the newline is that ends a block which starts at `start`; -1 when no line that fits into one record ends. */
function endOfLines(chunk: Buffer, start: number, blockBytes: number): number {
  const last = chunk.lastIndexOf(10, Math.min(chunk.length, start + blockBytes) - 1);
  if (last >= start) return last;
  const next = chunk.indexOf(10, start);
  return next !== -1 && next - start <= MAX_LINE_BYTES ? next : -1;
}

/** The last place at or before `end` where neither a UTF-8 character nor a CRLF is cut in two. */
function characterBoundary(chunk: Buffer, start: number, end: number): number {
  if (chunk[end - 1] === 13) return end - 1 > start ? end - 1 : end;
  for (let back = 1; back <= 3 && end - back > start; back += 1) {
    const byte = chunk[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? end - back : end;
    }
  }
  return end;
}

function makeBlock(chunk: Buffer, start: number, end: number, consumed: number, partial: boolean): LineBlock {
  const bytes = chunk.subarray(start, end);
  let count = 1;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  const ascii = isAscii(bytes);
  const clean = !bytes.includes(0) && !bytes.includes(13) && (ascii || isUtf8(bytes));
  return { payload: clean ? bytes : cleaned(bytes, partial), count, consumed, partial, ascii };
}

function cleaned(bytes: Buffer, partial: boolean): Uint8Array {
  const text = bytes.toString('utf8').replaceAll('\0', '').replaceAll('\r\n', '\n');
  return Buffer.from(text.endsWith('\r') && !partial ? text.slice(0, -1) : text);
}
