// C0 and C1 control characters, and the marks that reorder or hide text (Unicode TR9's embeddings, overrides and isolates; zero-width marks; the
// byte order mark). A name that holds them can look like another.
const TRICKY = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text from outside with its control characters and direction marks written out: C0 as Unicode's control pictures (␛), the others as ⟨U+202E⟩.
 * Nothing in the result moves, hides or reorders anything. `keepLines` leaves line feeds and tabs as they are.
 */
export function visibleText(text: string, keepLines = false): string {
  return text.replace(TRICKY, (character) => {
    const code = character.charCodeAt(0);
    if (keepLines && (code === 10 || code === 9)) return character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
