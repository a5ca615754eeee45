import { describe, expect, it } from 'vitest';
import { parseAnsi, stripAnsi } from './ansi.ts';

const ESC = '\u001b';

describe('colours of a log line', () => {
  it('are the 16 of the theme, ended by a reset', () => {
    expect(parseAnsi(`${ESC}[31mred${ESC}[0m plain ${ESC}[92;1mgreen`)).toEqual([
      { text: 'red', style: { color: 1 } },
      { text: ' plain ', style: {} },
      { text: 'green', style: { color: 10, bold: true } },
    ]);
    expect(parseAnsi(`${ESC}[1;31mred${ESC}[m plain`).at(-1)).toEqual({ text: ' plain', style: {} });
  });

  it('are those of 256 and of 16 million, with semicolons and with colons', () => {
    expect(parseAnsi(`${ESC}[38;5;9ma`)[0]?.style).toEqual({ color: 9 });
    expect(parseAnsi(`${ESC}[38;5;196ma`)[0]?.style).toEqual({ color: [255, 0, 0] });
    expect(parseAnsi(`${ESC}[48;5;232ma`)[0]?.style).toEqual({ background: [8, 8, 8] });
    expect(parseAnsi(`${ESC}[38;2;1;2;3;4ma`)[0]?.style).toEqual({ color: [1, 2, 3], underline: true });
    expect(parseAnsi(`${ESC}[38:2::1:2:3ma`)[0]?.style).toEqual({ color: [1, 2, 3] });
    expect(parseAnsi(`${ESC}[38;2;999;2;3ma`)[0]?.style).toEqual({});
  });

  it('end one by one as well', () => {
    expect(parseAnsi(`${ESC}[1;2;3;4;7;9;31;41ma${ESC}[22;23;24;27;29;39;49mb`).map((each) => each.style)).toEqual([
      { bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true, color: 1, background: 1 },
      {},
    ]);
  });
});

describe('every other sequence does nothing and is not seen', () => {
  it.each([
    ['a hyperlink (OSC 8)', `a${ESC}]8;;https://evil.example${ESC}\\b${ESC}]8;;${ESC}\\c`, 'abc'],
    ['the clipboard (OSC 52)', `a${ESC}]52;c;ZXZpbA==\u0007bc`, 'abc'],
    ['the window title', `a${ESC}]0;title\u0007bc`, 'abc'],
    ['moves and erasures', `a${ESC}[2J${ESC}[10;10Hb${ESC}[1Ac${ESC}[K`, 'abc'],
    ['private modes', `a${ESC}[?1049h${ESC}[?25lb${ESC}[>4;2mc`, 'abc'],
    ['device control and application strings', `a${ESC}Pq#0~${ESC}\\b${ESC}_G;payload${ESC}\\c`, 'abc'],
    ['8-bit sequences', 'a\u009b31mb\u009d0;t\u009cc', 'abc'],
    ['short ones', `a${ESC}7b${ESC}(B${ESC}=c${ESC}c`, 'abc'],
    ['control characters', 'a\u0007b\u0008\u0000c\u007f', 'abc'],
    ['an escape at the end', `abc${ESC}`, 'abc'],
  ])('%s', (_, line, text) => {
    expect(stripAnsi(line)).toBe(text);
  });

  it('a string without its end hides nothing that follows', () => {
    expect(stripAnsi(`a${ESC}]8;;https://evil.example and the rest`)).toBe('a8;;https://evil.example and the rest');
  });

  it('markup is text', () => {
    expect(parseAnsi('<img src=x onerror=alert(1)>\ttab')).toEqual([
      { text: '<img src=x onerror=alert(1)>\ttab', style: {} },
    ]);
  });
});
