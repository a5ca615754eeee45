import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

describe('text somebody else wrote', () => {
  it('is left as it is when it is harmless, in any script', () => {
    expect(visibleText('api <img onerror=x> العربية 日本語 👩‍💻'.replace('\u200d', ''))).toBe(
      'api <img onerror=x> العربية 日本語 👩💻',
    );
  });

  it('shows escape sequences and control characters instead of obeying them', () => {
    expect(visibleText('\u001b[31mred\u0007\r\n')).toBe('␛[31mred␇␍␊');
    expect(visibleText('\u007f\u009b2J')).toBe('␡⟨U+009B⟩2J');
  });

  it('shows marks that reorder or hide text', () => {
    expect(visibleText('safe\u202etxt.exe')).toBe('safe⟨U+202E⟩txt.exe');
    expect(visibleText('a\u200bb\u2066c\ufeff')).toBe('a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩');
  });

  it('keeps lines and tabs where it is asked to', () => {
    expect(visibleText('a\n\tb\r', true)).toBe('a\n\tb␍');
  });
});
