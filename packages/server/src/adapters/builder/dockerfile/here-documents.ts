import { expandWord } from './expand-word.ts';
import { quotedWords } from './quoted-words.ts';

export interface HereDocument {
  /** Line that ends it. */
  name: string;
  /** Tabs before the name count for nothing. */
  hasTabs: boolean;
}

/**
 * The here-documents that the joined lines of an instruction open: words of their own outside of quotes, none in the JSON form
 * or where a quote has no end (BuildKit's frontend/dockerfile/parser). Always read by `\`.
 *
 * @returns isPlain: whether all versions that know here-documents find the same ones, to the same ends
 */
export function hereDocumentsOf(whole: string, isJson: boolean): { found: HereDocument[]; isPlain: boolean } {
  const count = whole.match(/<</g)?.length ?? 0;
  if (count === 0) return { found: [], isPlain: true };
  const { words, isOpen } = quotedWords(whole, '\\');
  if (isOpen || isJson) return { found: [], isPlain: true };
  const found = words.flatMap((word) => {
    const [, tabs, written = ''] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
    return written === '' ? [] : [{ name: expandWord(written, '\\', () => undefined), hasTabs: tabs === '-' }];
  });
  // What stands in other braces may hold quotes and spaces of its own, or be an error.
  const isReadAlike = !whole.replaceAll(/\$\{\w+\}/g, '').includes('${') || found.length === count;
  return { found, isPlain: isReadAlike && found.every(({ name }) => /^[\w.-]+$/.test(name)) };
}

/** Index of the line behind a here-document whose body begins at `start`; undefined: it has no end. */
export function endOfHereDocument(
  { name, hasTabs }: HereDocument,
  lines: readonly string[],
  start: number,
): number | undefined {
  for (let at = start; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r+$/, '');
    if ((hasTabs ? line.replace(/^\t+/, '') : line) === name) return at + 1;
  }
  return undefined;
}
