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
