import { hintOf } from '../../kernel/app-error.ts';

/** What is stored of how a run failed. */
export interface StoredFailure {
  errorCode: string | null;
  /** Of this very case; null where the error said nothing but what the closed list says of its code. */
  errorHint: string | null;
}

/** What to do about a failed run: in the words of its own case, else in those that the closed list has for its code today. */
export function runHint({ errorCode, errorHint }: StoredFailure): string | null {
  if (errorCode === null) return null;
  return errorHint ?? hintOf(errorCode) ?? null;
}
