/** A reference that is being typed: where it begins, and what has been typed of it. */
export interface Completion {
  /** Index of the opening mark. */
  from: number;
  /** What stands between the mark and the caret, trimmed. */
  query: string;
}

/** Finds the reference (`${{…`) in which the caret stands; none when it is already closed before the caret, or is the literal `$${{`. */
export function findCompletion(text: string, caret: number, open = '${{', close = '}}'): Completion | undefined {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf(open);
  if (from === -1 || before[from - 1] === '$') return undefined;
  const typed = before.slice(from + open.length);
  if (typed.includes(close) || typed.includes('\n')) return undefined;
  return { from, query: typed.trim() };
}

/** Puts a whole reference in place of what was typed of it; swallows a closing mark that already stands after the caret. */
export function applyCompletion(
  text: string,
  caret: number,
  completion: Completion,
  inserted: string,
  close = '}}',
): { text: string; caret: number } {
  const rest = text.slice(caret);
  const swallowed = /^[\w.\- ]*/.exec(rest)?.[0] ?? '';
  const closes = rest.slice(swallowed.length).startsWith(close);
  const after = closes ? rest.slice(swallowed.length + close.length) : rest;
  return { text: text.slice(0, completion.from) + inserted + after, caret: completion.from + inserted.length };
}

/** The items that hold every word of the query, those that begin with it first; at most `limit`. */
export function matchSuggestions<Item extends { text: string; detail?: string }>(
  items: readonly Item[],
  query: string,
  limit = 50,
): Item[] {
  const words = query
    .toLowerCase()
    .split(/[\s.]+/)
    .filter(Boolean);
  const scored: { item: Item; rank: number }[] = [];
  for (const item of items) {
    const text = item.text.toLowerCase();
    const searched = `${text} ${item.detail?.toLowerCase() ?? ''}`;
    if (words.every((word) => searched.includes(word)))
      scored.push({ item, rank: text.replace(/^\W+/, '').startsWith(query.toLowerCase()) ? 0 : 1 });
  }
  return scored
    .sort((left, right) => left.rank - right.rank)
    .slice(0, limit)
    .map(({ item }) => item);
}
