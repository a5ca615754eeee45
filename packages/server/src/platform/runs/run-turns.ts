import type { RunLane } from './run-kind.ts';

/** More organizations than ever wait at once: of those before them nobody asks when they had their turn. */
const mostKnown = 1_000;

interface Occupant {
  lane: RunLane;
  organizationId: string | null;
}

/** By lane and organization, `LANE ID`: its runs that are under way, and when its last turn was; the larger, the later. */
export type Standings = Readonly<Record<string, { runs: number; lastTurn: number }>>;

const keyOf = ({ lane, organizationId }: Occupant) => `${lane} ${organizationId ?? ''}`;

/**
 * How the organizations stand that had their turns on this server; `occupants` are the runs that it works on. One that just had
 * a run and wants the next place comes after one that waits for its first: by its oldest run alone, an organization with a
 * backlog would always come first where there are as few places as organizations.
 */
export function createRunTurns(occupants: () => readonly Occupant[]) {
  const lastTurns = new Map<string, number>();
  let turns = 0;
  return {
    note(runs: readonly Occupant[]): void {
      for (const key of runs.map(keyOf)) {
        // The oldest first, to be forgotten first.
        lastTurns.delete(key);
        lastTurns.set(key, ++turns);
      }
      for (const key of lastTurns.keys()) {
        if (lastTurns.size <= mostKnown) break;
        lastTurns.delete(key);
      }
    },
    standings(): Standings {
      const underWay = Map.groupBy(occupants(), keyOf);
      const known = new Set([...lastTurns.keys(), ...underWay.keys()]);
      const standingOf = (key: string) => ({
        runs: underWay.get(key)?.length ?? 0,
        lastTurn: lastTurns.get(key) ?? 0,
      });
      return Object.fromEntries([...known].map((key) => [key, standingOf(key)]));
    },
  };
}
