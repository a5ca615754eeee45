/** Bytes of the longest line that is stored as one. */
export const LONGEST_LINE = 64 * 1024;
/** No UTF-16 unit takes more than 3 bytes in UTF-8: texts of at most this many units need not be measured. */
const SURELY_SHORT = Math.floor(LONGEST_LINE / 3);

/** How many lines `text` is: an end of line at the end begins no new one. */
export function countLines(text: string): number {
  if (text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function splitLong(line: string): string[] {
  if (line.length <= SURELY_SHORT || Buffer.byteLength(line) <= LONGEST_LINE) return [line];
  const pieces: string[] = [];
  const bytes = Buffer.from(line);
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + LONGEST_LINE, bytes.length);
    // Back to the first byte of a character: continuation bytes are 10xxxxxx.
    while (end < bytes.length && end > start && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}

/**
 * The lines of `text` in a form that PostgreSQL can store: no NUL, no half of a surrogate pair, none longer than
 * {@link LONGEST_LINE}. Escape sequences stay: what shows the lines decides about them.
 */
export function toLines(text: string): string[] {
  if (text === '') return [];
  let clean = text;
  if (clean.includes('\0')) clean = clean.replaceAll('\0', '');
  if (!clean.isWellFormed()) clean = clean.toWellFormed();
  if (clean.includes('\r\n')) clean = clean.replaceAll('\r\n', '\n');
  if (clean.endsWith('\n')) clean = clean.slice(0, -1);
  const lines = clean.split('\n');
  return clean.length <= SURELY_SHORT ? lines : lines.flatMap(splitLong);
}

const copyEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value as COPY's text format wants it (https://www.postgresql.org/docs/current/sql-copy.html). */
export function copyEscape(value: string): string {
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (char) => copyEscapes[char] ?? char) : value;
}
