import type { Variable } from '../../../data/use-variables.ts';

/** A line of the table: one of the service's (or environment's) own, or one that the environment shares with the service. */
export interface VariableRow {
  readonly variable: Variable;
  readonly source: 'own' | 'shared';
  /** Whether it stands in front of a shared one of the same name. */
  readonly hidesShared: boolean;
}

/** What a service has, its own before what it shares: of two of one name the own wins. */
export function mergeRows(own: readonly Variable[], shared: readonly Variable[]): VariableRow[] {
  const ownNames = new Set(own.map(({ name }) => name));
  const sharedNames = new Set(shared.map(({ name }) => name));
  return [
    ...own.map((variable) => ({ variable, source: 'own' as const, hidesShared: sharedNames.has(variable.name) })),
    ...shared
      .filter(({ name }) => !ownNames.has(name))
      .map((variable) => ({ variable, source: 'shared' as const, hidesShared: false })),
  ];
}

/** The rows whose names or references hold every word. */
export function filterRows(rows: readonly VariableRow[], words: string): readonly VariableRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter(({ variable }) => {
    const text = [variable.name, ...variable.references.map((reference) => reference.text)].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
