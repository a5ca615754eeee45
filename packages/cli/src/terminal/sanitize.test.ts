import { expect, test } from 'vitest';
import { sanitizeLine } from './sanitize.ts';

const ESC = '\u001b';

test.each([
  ['the clipboard', `a${ESC}]52;c;aGFjaw==\u0007b`],
  ['the clipboard, ended by ST', `a${ESC}]52;c;aGFjaw==${ESC}\\b`],
  ['the title', `a${ESC}]0;title\u0007b`],
  ['a hyperlink', `a${ESC}]8;;https://example.com${ESC}\\b`],
  ['the cursor', `a${ESC}[5A${ESC}[2;3Hb`],
  ['the screen', `a${ESC}[2J${ESC}[?1049hb`],
  ['a reset', `a${ESC}cb`],
  ['a character set', `a${ESC}(0b`],
  ['a device control string', `a${ESC}P1$qm${ESC}\\b`],
  ['an application command', `a${ESC}_Gf=100;AAAA${ESC}\\b`],
  ['8-bit controls', `a\u009b2J\u009d0;x\u009cb`],
  ['a report of the terminal', `a${ESC}[6n${ESC}[cb`],
  ['control characters', `a\u0000\u0007\u0008\u000b\u007fb`],
  ['the direction of writing', 'a\u202e\u2066b'],
])('%s cannot be changed by a line', (_what, line) => {
  expect(sanitizeLine(line)).toBe('ab');
});

test('a control string without an end hides the rest of its line, and nothing of the next', () => {
  expect(sanitizeLine(`a${ESC}]0;no end`)).toBe('a');
  expect(sanitizeLine(`a${ESC}]0;cut off ${ESC}[31mb`)).toBe('ab');
});

test('half of a sequence at the end of a line is left out', () => {
  expect(sanitizeLine(`a${ESC}`)).toBe('a');
  expect(sanitizeLine(`a${ESC}[`)).toBe('a');
  expect(sanitizeLine(`a${ESC}[38;5`)).toBe('a');
});

test('colours stay where they are wanted, and end with the line', () => {
  const line = `${ESC}[1;31mred${ESC}[2J text`;
  expect(sanitizeLine(line)).toBe('red text');
  expect(sanitizeLine(line, { colours: true })).toBe(`${ESC}[1;31mred text${ESC}[0m`);
  expect(sanitizeLine('plain', { colours: true })).toBe('plain');
});

test('what only looks like a colour is not let through', () => {
  expect(sanitizeLine(`${ESC}[>4;2mx${ESC}[?25mx${ESC}[31 mx`, { colours: true })).toBe('xxx');
});

test('of a progress bar what was written last stays', () => {
  expect(sanitizeLine('10 %\r50 %\r100 %\r')).toBe('100 %');
  expect(sanitizeLine('\r')).toBe('');
  expect(sanitizeLine('windows line\r')).toBe('windows line');
});

test('text of any language stays as it is', () => {
  const text = 'grüße 🛶 日本語 مرحبا\tend';
  expect(sanitizeLine(text)).toBe(text);
});

test('a line of 10 MB is done in one pass', () => {
  expect(sanitizeLine(`${ESC}[31m`.repeat(500_000) + 'x'.repeat(7_000_000))).toHaveLength(7_000_000);
  expect(sanitizeLine(`${ESC}]`.repeat(1_000_000))).toBe('');
});
