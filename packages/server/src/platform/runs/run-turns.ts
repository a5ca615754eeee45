import type { RunLane } from './run-kind.ts';

/** More organizations than ever wait at once: of those before them nobody asks when they had their turn. */
const mostKnown = 1_000;

/**
 * Which organization had its last turn in a lane how long ago, on this server. One that just had a run there and wants the
 * next place comes after one that waits for its first: by its oldest run alone, an organization with a backlog would
 * always come first where there are as few places as organizations.
 */
export function createRunTurns() {
  const last = new Map<string, number>();
  let turns = 0;
  return {
    note(runs: readonly { lane: RunLane; organizationId: string | null }[]): void {
      for (const { lane, organizationId } of runs) {
        const key = `${lane} ${organizationId ?? ''}`;
        // The oldest first, to be forgotten first.
        last.delete(key);
        last.set(key, ++turns);
      }
      for (const key of last.keys()) {
        if (last.size <= mostKnown) break;
        last.delete(key);
      }
    },
    /** By lane and organization; the larger, the later. */
    last: (): Readonly<Record<string, number>> => Object.fromEntries(last),
  };
}
