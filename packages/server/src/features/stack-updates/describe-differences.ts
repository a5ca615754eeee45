import type { StackDifference } from '../../adapters/iac/iac.ts';

/** What a drift check found, in the lines of its output. */
export function describeDifferences(differences: readonly StackDifference[]): string[] {
  if (differences.length === 0) return ['Everything is as the state says.'];
  return differences.map(({ name, type, operation, properties }) => {
    const what = operation === 'delete' ? 'is gone' : 'is otherwise than the state says';
    const which = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
    return `${type} ${name} ${what}${which}`;
  });
}
