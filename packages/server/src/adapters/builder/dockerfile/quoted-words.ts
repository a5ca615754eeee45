/** Words apart by spaces outside of quotes; quotes and escapes stay. */
export function quotedWords(text: string, escape: string): { words: string[]; isOpen: boolean } {
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
  if (word !== undefined) words.push(word);
  return { words, isOpen: quote !== '' };
}
