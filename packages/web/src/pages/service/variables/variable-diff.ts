export interface VariableDifference {
  readonly name: string;
  readonly change: 'created' | 'updated' | 'deleted';
}

type Values = Readonly<Record<string, string>>;

/** What turns one set of variables into another, by name. */
export function diffVariables(before: Values, after: Values): VariableDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): VariableDifference[] => {
    const had = Object.hasOwn(before, name);
    const has = Object.hasOwn(after, name);
    if (had && has) return before[name] === after[name] ? [] : [{ name, change: 'updated' }];
    return [{ name, change: had ? 'deleted' : 'created' }];
  });
}
