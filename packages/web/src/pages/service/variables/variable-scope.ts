import type { VariableOwner } from '../../../data/use-variables.ts';

/** Whose variables are on the page, and who looks at them. */
export interface VariableScope {
  readonly owner: VariableOwner;
  readonly projectId: string;
  /** The environment that they are in. */
  readonly environmentId: string;
  /** Whether the user may see values and change anything. */
  readonly canChange: boolean;
  /** Whether a deployment serves: before the first one nothing waits for the next. */
  readonly isServing: boolean;
  /** Called after something was saved: a sentence of what, and what the server warns of. */
  readonly onSaved: (what: string, warnings: readonly string[]) => void;
}
