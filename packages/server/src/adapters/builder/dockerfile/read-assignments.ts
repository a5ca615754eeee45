/** One variable of ENV or ARG, both parts as they are written. */
export interface Assignment {
  name: string;
  /** undefined: an argument without a default. */
  value: string | undefined;
}

/** Words apart by spaces outside of quotes; quotes and escapes stay. */
function quotedWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word = (word ?? '') + character;
    if (character === escape && quote !== "'") word += text[++at] ?? '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  return word === undefined ? words : [...words, word];
}

/** `NAME=value NAME="other value"`, or `NAME value` as ENV also has it. */
export function readAssignments(text: string, isArgument: boolean, escape: string): Assignment[] {
  const words = quotedWords(text, escape);
  if (!isArgument && words[0]?.includes('=') === false) {
    const [, name = '', value = ''] = /^([^\t\v\f\r ]*)[\t\v\f\r ]*([\s\S]*)$/.exec(text.trim()) ?? [];
    return [{ name, value }];
  }
  return words.map((word) => {
    const end = word.indexOf('=');
    return end === -1 ? { name: word, value: undefined } : { name: word.slice(0, end), value: word.slice(end + 1) };
  });
}
