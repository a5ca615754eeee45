/** Changes of one character that turn `a` into `b` (Levenshtein's distance; Wagner and Fischer 1974). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

// A repository may have 100,000 branches of 200 characters: only so many are compared.
const mostCompared = 2000;

/** Up to five of the names, those that are spelt most like the wanted one first. */
export function nearestNames(wanted: string, names: readonly string[]): readonly string[] {
  return names
    .slice(0, mostCompared)
    .map((name) => ({ name, distance: distance(wanted.toLowerCase().slice(0, 60), name.toLowerCase().slice(0, 60)) }))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 5)
    .map(({ name }) => name);
}

/** The one name that was most likely meant: few characters away, else undefined. */
export function findMeantName(wanted: string, names: readonly string[]): string | undefined {
  const [nearest] = nearestNames(wanted, names);
  if (nearest === undefined) return undefined;
  return distance(wanted.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, wanted.length / 3) ? nearest : undefined;
}
