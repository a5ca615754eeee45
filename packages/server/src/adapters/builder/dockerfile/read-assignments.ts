import { quotedWords } from './quoted-words.ts';

/** One variable of ENV or ARG, both parts as they are written. */
export interface Assignment {
  name: string;
  /** undefined: an argument without a default. */
  value: string | undefined;
}

/** `NAME=value NAME="other value"`, or `NAME value` as ENV also has it; none where BuildKit reads none of it. */
export function readAssignments(text: string, isArgument: boolean, escape: string): Assignment[] {
  const { words } = quotedWords(text, escape);
  if (!isArgument && words[0]?.includes('=') === false) {
    const [, name = '', value = ''] = /^([^\t\v\f\r ]*)[\t\v\f\r ]*([\s\S]*)$/.exec(text.trim()) ?? [];
    return value === '' ? [] : [{ name, value }];
  }
  if (!isArgument && words.some((word) => !word.includes('='))) return [];
  return words.map((word) => {
    const end = word.indexOf('=');
    return end === -1 ? { name: word, value: undefined } : { name: word.slice(0, end), value: word.slice(end + 1) };
  });
}
