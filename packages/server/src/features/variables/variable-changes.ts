/** One variable that another set has, has not, or has with another value. */
export interface VariableChange {
  name: string;
  change: 'created' | 'updated' | 'deleted';
}

type Digests = Readonly<Record<string, string>>;

/** What turns one set into another, by name. */
export function compareDigests(from: Digests, to: Digests): VariableChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names.flatMap((name): VariableChange[] => {
    const before = Object.hasOwn(from, name) ? from[name] : undefined;
    const after = Object.hasOwn(to, name) ? to[name] : undefined;
    if (before === after) return [];
    if (before === undefined) return [{ name, change: 'created' }];
    return [{ name, change: after === undefined ? 'deleted' : 'updated' }];
  });
}

/** Two sets side by side. */
export function compareSets(
  here: Digests,
  there: Digests,
): { name: string; state: 'same' | 'different' | 'only-here' | 'only-there' }[] {
  const changed = new Map(compareDigests(there, here).map(({ name, change }) => [name, change]));
  const states = { created: 'only-here', updated: 'different', deleted: 'only-there' } as const;
  const names = [...new Set([...Object.keys(here), ...Object.keys(there)])].sort();
  return names.map((name) => {
    const change = changed.get(name);
    return { name, state: change === undefined ? 'same' : states[change] };
  });
}
