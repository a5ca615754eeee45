import { expect, test } from 'vitest';
import { copyEscape, countLines, LONGEST_LINE, toLines } from './output-lines.ts';

test.each([
  ['', []],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\ntwo', ['one', 'two']],
  ['\n', ['']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['a\0b', ['ab']],
  ['half \ud800 a pair', ['half \ufffd a pair']],
  ['\u001b[31mred\u001b[0m', ['\u001b[31mred\u001b[0m']],
])('%j is %j', (text, lines) => {
  expect(toLines(text)).toEqual(lines);
  expect(countLines(text)).toBe(lines.length);
});

test('a line of ten megabytes becomes lines of at most 64 KiB, cut between characters', () => {
  const long = 'ä€😀x'.repeat(1_000_000);
  const lines = toLines(`first\n${long}\nlast`);
  expect(lines[0]).toBe('first');
  expect(lines.at(-1)).toBe('last');
  expect(lines.slice(1, -1).join('')).toBe(long);
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LONGEST_LINE);
});

test('what COPY takes for a column, a row or an escape is written so that it does not', () => {
  expect(copyEscape('a\tb\\c\rd\ne')).toBe('a\\tb\\\\c\\rd\\ne');
});
