/** What stands between a name and its value. */
export type PairSeparator = '=' | ':';

/** `NAME=value` lines as names with values; of two lines with one name the later counts, and a name alone has an empty value. */
export function pairsOf(text: string, separator: PairSeparator = '='): Record<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line): [string, string] => {
      const at = line.indexOf(separator);
      if (at === -1) return [line, ''];
      const value = line.slice(at + 1);
      return [line.slice(0, at).trim(), separator === ':' ? value.trim() : value];
    });
  return Object.fromEntries(pairs);
}

/** The other way. */
export function textOfPairs(pairs: Readonly<Record<string, string>>, separator: PairSeparator = '='): string {
  const between = separator === ':' ? ': ' : separator;
  return Object.entries(pairs)
    .map(([name, value]) => `${name}${between}${value}`)
    .join('\n');
}
