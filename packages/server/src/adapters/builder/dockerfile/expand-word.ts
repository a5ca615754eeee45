/** Stands for what cannot be known here; no name of a host has it. */
export const UNKNOWN = '\0';
/** Stands for what BuildKit sets by itself, such as TARGETARCH: perhaps nothing, and never an address. */
export const OWN = '\x01';

/** What is known of a variable; undefined: nothing is. */
export type ValueOf = (name: string) => string | undefined;

const namePattern = /\d+|[@*#?$!-]|[\p{L}\p{Nd}_]+/uy;

/** What is left when the shortest part that a pattern fits, or the longest one, is cut from an end. */
function trimmed(value: string, operator: string, written: string): string {
  const isLongest = written.startsWith(operator);
  const pattern = isLongest ? written.slice(1) : written;
  if (!/^[\w.:/@*?-]*$/.test(pattern) || value.length > 500 || (pattern.match(/\*/g)?.length ?? 0) > 1) return UNKNOWN;
  const source = pattern.replaceAll(/[.]/g, '\\$&').replaceAll('?', '.').replaceAll('*', '.*');
  const whole = new RegExp(`^${source}$`, 's');
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const cut = (length: number) => (operator === '#' ? value.slice(0, length) : value.slice(value.length - length));
  const found = (isLongest ? lengths.reverse() : lengths).find((length) => whole.test(cut(length)));
  if (found === undefined) return value;
  return operator === '#' ? value.slice(found) : value.slice(0, value.length - found);
}

/** `${NAME<operator>word}` where the value is known. */
function substituted(value: string, operator: string, word: string): string {
  const isSet = operator.startsWith(':') ? value !== '' : true;
  if (operator.endsWith('-')) return isSet ? value : word;
  if (operator.endsWith('+')) return isSet ? word : '';
  if (operator.endsWith('?')) return value;
  return operator === '#' || operator === '%' ? trimmed(value, operator, word) : UNKNOWN;
}

/**
 * A word with its variables put in and its quotes and escapes taken away, wherever they are, as BuildKit's shell lexer does it
 * (frontend/dockerfile/shell). What is not known, or not understood, becomes {@link UNKNOWN}. A quote without an end, which
 * BuildKit refuses, ends with the word.
 */
export function expandWord(text: string, escape: string, valueOf: ValueOf): string {
  let at = 0;

  function readName(): string {
    namePattern.lastIndex = at;
    const name = namePattern.exec(text)?.[0] ?? '';
    at += name.length;
    return name;
  }

  function readVariable(): string {
    if (text[at] !== '{') {
      const name = readName();
      return name === '' ? '$' : (valueOf(name) ?? UNKNOWN);
    }
    at++;
    const value = valueOf(readName());
    let operator = text[at++] ?? '';
    if (operator === '}') return value ?? UNKNOWN;
    if (operator === ':') operator += text[at++] ?? '';
    const word = readUntil('}');
    // Where the value is not known both could be meant.
    return value === undefined || value.includes(UNKNOWN) ? UNKNOWN : substituted(value, operator, word);
  }

  function readQuoted(): string {
    let found = '';
    for (; at < text.length && text[at] !== '"'; ) {
      const character = text[at++] ?? '';
      if (character === '$') found += readVariable();
      else if (character === escape && ['"', '$', escape].includes(text[at] ?? '')) found += text[at++];
      else found += character;
    }
    at++;
    return found;
  }

  function readUntil(stop: string | undefined): string {
    let found = '';
    while (at < text.length) {
      const character = text[at++] ?? '';
      if (character === stop) return found;
      if (character === "'") {
        const end = text.indexOf("'", at);
        found += text.slice(at, end === -1 ? text.length : end);
        at = end === -1 ? text.length : end + 1;
      } else if (character === '"') found += readQuoted();
      else if (character === '$') found += readVariable();
      else if (character === escape) found += text[at++] ?? '';
      else found += character;
    }
    return found;
  }

  return readUntil(undefined);
}
