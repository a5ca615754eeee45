import { describe, expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

describe('text of outside programs', () => {
  it.each([
    ['colours', '\u001b[1;31merror\u001b[0m: no', 'error: no'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://x.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['what writes to the clipboard', '\u001b]52;c;cm0gLXJm\u0007safe', 'safe'],
    ['a device string', '\u001bP1$r0m\u001b\\safe', 'safe'],
    ['the forms of C1', '\u009b31mred\u009d0;title\u009c', 'red'],
    ['a sequence that is cut off', 'text\u001b[12;', 'text'],
    ['a string without an end, which takes its line only', 'a\u001b]0;x\nb', 'a\nb'],
    ['a change of the character set', '\u001b(0lqk\u001b(B', 'lqk'],
    ['controls', 'a\u0000b\u0007c\u0008d\u007fe', 'abcde'],
    ['marks of direction', 'user\u202egnp.exe\u2066', 'usergnp.exe'],
    ['ends of line of every sort', 'a\r\nb\rc\n', 'a\nb\nc\n'],
    ['letters of every script, tabs and emoji', 'ä\t漢字 🎉 שלום', 'ä\t漢字 🎉 שלום'],
  ])('keeps what it says and loses %s', (_what, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('takes no longer for a hostile text than for another of its length', () => {
    const hostile = '\u001b]'.repeat(200_000) + '\u001b['.repeat(200_000);
    expect(plainText(hostile)).toBe('');
  });
});
