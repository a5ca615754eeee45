import { sanitizeLine } from '../terminal/sanitize.ts';

/**
 * What to do about a failed run: what the server says of it, then which commands help.
 *
 * @param hint null where there is nothing to say; left out by a server that is older than this command
 * @returns undefined where nobody knows anything
 */
export function adviceOf(hint: string | null | undefined, commands?: string): string | undefined {
  const parts = [hint == null ? '' : sanitizeLine(hint), commands ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** A failure in one line, and what to do about it. */
export interface FailureLine {
  readonly line: string;
  /** Null where there is nothing to say. */
  readonly hint: string | null | undefined;
}

/** Failures in their order, and below the first of those about which the same is to be done, what that is. */
export function withAdvice(failures: readonly FailureLine[]): string[] {
  const told = new Set<string | undefined>([undefined]);
  return failures.flatMap(({ line, hint }) => {
    const advice = adviceOf(hint);
    if (told.has(advice)) return [line];
    told.add(advice);
    const indent = /^ */.exec(line)?.[0] ?? '';
    return [line, `${indent}  hint: ${advice}`];
  });
}
