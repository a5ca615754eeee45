// A pattern with more choices than this stands for itself: nobody writes one by hand.
const maxChoices = 100;

/**
 * Whether a sequence fits a pattern in which `isStar` parts stand for any number of items. Only the last star is ever tried
 * anew, so the work is at most the product of both lengths: Node's own matchesGlob does not come back from `*a*a*a…b`, and
 * these patterns are written by users.
 */
function fits<Item, Part>(
  items: readonly Item[],
  parts: readonly Part[],
  isStar: (part: Part) => boolean,
  matches: (item: Item, part: Part) => boolean,
): boolean {
  let item = 0;
  let part = 0;
  let afterStar = -1;
  let retry = 0;
  while (item < items.length) {
    const current = parts[part];
    if (current !== undefined && isStar(current)) {
      part += 1;
      afterStar = part;
      retry = item;
    } else if (current !== undefined && matches(items[item] as Item, current)) {
      item += 1;
      part += 1;
    } else if (afterStar >= 0) {
      retry += 1;
      item = retry;
      part = afterStar;
    } else return false;
  }
  return parts.slice(part).every(isStar);
}

function matchesName(name: string, pattern: string): boolean {
  return fits(
    Array.from(name),
    Array.from(pattern),
    (character) => character === '*',
    (character, wanted) => wanted === '?' || wanted === character,
  );
}

/** `{a,b}` as one pattern for each choice. */
function choicesOf(pattern: string): string[] {
  let choices = [''];
  for (const piece of pattern.split(/(\{[^{}]*\})/)) {
    const names = piece.startsWith('{') && piece.endsWith('}') ? piece.slice(1, -1).split(',') : [piece];
    choices = choices.flatMap((before) => names.map((name) => before + name));
    if (choices.length > maxChoices) return [pattern];
  }
  return choices;
}

/** `./a` is `a`, and `a/` is everything below it. */
function toNames(pattern: string): string[] {
  const plain = pattern.replace(/^(\.\/+)+/, '');
  return (plain.endsWith('/') ? `${plain}**` : plain).split('/');
}

/**
 * Whether any changed path is watched; without patterns everything is. `*` and `?` stay within one name, `**` spans folders,
 * `{a,b}` chooses. Hidden names match too: a change of .npmrc is a change.
 */
export function isWatched(patterns: readonly string[], changed: readonly string[]): boolean {
  if (patterns.length === 0) return changed.length > 0;
  const globs = patterns.flatMap(choicesOf).map(toNames);
  return changed.some((path) => {
    const names = path.split('/');
    return globs.some((glob) => fits(names, glob, (name) => name === '**', matchesName));
  });
}
