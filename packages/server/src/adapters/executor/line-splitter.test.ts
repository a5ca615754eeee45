import { describe, expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

const longest = 32_768;

/** All lines of a text that comes in chunks of `size` bytes. */
function split(text: string | Buffer, size = Number.POSITIVE_INFINITY): string[] {
  const bytes = Buffer.from(text as string);
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)));
  return [...lines, ...splitter.end()];
}

describe('lines of output', () => {
  test.each([
    ['with LF', 'a\nb\n', ['a', 'b']],
    ['with CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['with a CR inside', '10%\r20%\n', ['10%\r20%']],
    ['that are empty', '\n\na\n', ['', '', 'a']],
    ['of which the last has no end', 'a\nb', ['a', 'b']],
    ['of characters of several bytes', 'é€😀\nñ\n', ['é€😀', 'ñ']],
  ])('%s are the same however the bytes come', (_, text, lines) => {
    for (const size of [1, 2, 3, 5, 100]) expect(split(text, size)).toEqual(lines);
  });

  test('are handed over as soon as they are whole', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from('one\ntw'))).toEqual(['one']);
    expect(splitter.push(Buffer.from('o\n'))).toEqual(['two']);
    expect(splitter.end()).toEqual([]);
  });

  test('that are very long are cut', () => {
    const lines = split(`${'x'.repeat(longest + 5)}\nshort\n`);
    expect(lines.map((line) => line.length)).toEqual([longest, 5, 5]);
  });

  // Who reads the output of a command again skips the lines that were stored: they must be counted alike.
  test.each([
    ['as long as a line may be, with CRLF', `${'x'.repeat(longest)}\r\nnext\n`],
    ['twice as long, with CRLF', `${'x'.repeat(2 * longest)}\r\nnext\n`],
    ['with two CR', `${'x'.repeat(longest)}\r\r\nnext\n`],
    ['with no end', `${'x'.repeat(longest)}\r`],
    ['with a character across the cut', `${'x'.repeat(longest - 1)}😀😀${'y'.repeat(longest)}\nnext\n`],
  ])('%s are cut alike however the bytes come', (_, text) => {
    const whole = split(text);
    for (const size of [1, 7, longest - 1, longest, longest + 1]) expect(split(text, size)).toEqual(whole);
    expect(whole.every((line) => line.isWellFormed())).toBe(true);
  });

  test('of bytes that are no text come as replacement characters', () => {
    expect(split(Buffer.from([0x61, 0xff, 0x62, 0x0a]))).toEqual(['a\ufffdb']);
  });
});
