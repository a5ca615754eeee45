import type { RunLane } from './run-kind.ts';

/** Room for more runs of a lane, `without` those of organizations that have their share of it. */
export interface Room {
  lane: RunLane;
  limit: number;
  without: readonly string[];
  /** Whether more runs wait than there is room for, as far as the last claim has seen. */
  isContended?: boolean;
}

interface Lane {
  name: RunLane;
  size: number;
  /** How many of the places one organization has. */
  share: number;
  /** Whether places beyond the shares, which nobody else wants, stay free for whoever comes. */
  isKept: boolean;
}

interface Occupant {
  lane: RunLane;
  organizationId: string | null;
}

/** The lanes of a server that works on `concurrency` long runs at a time. */
function lanesOf(concurrency: number): readonly Lane[] {
  if (concurrency === 0) return [];
  const half = Math.ceil(concurrency / 2);
  // They mostly wait for applications. Two at least: the deletion of a project holds up nothing else of its organization.
  const quick = Math.max(2, concurrency);
  return [
    { name: 'quick', size: 2 * quick, share: quick, isKept: true },
    { name: 'long', size: concurrency, share: half, isKept: false },
    { name: 'dependent', size: concurrency, share: half, isKept: false },
    // Hardly any work for a server, which only follows their output.
    { name: 'lasting', size: 4 * concurrency, share: 2 * concurrency, isKept: true },
  ];
}

/** The places for runs that a server has; `occupants` are the runs that it works on. */
export function createRunPlaces(concurrency: number, occupants: () => readonly Occupant[]) {
  const lanes = lanesOf(concurrency);

  function roomIn({ name, size, share, isKept }: Lane): Room {
    const here = occupants().filter(({ lane }) => lane === name);
    const counts = Map.groupBy(
      here.flatMap(({ organizationId }) => organizationId ?? []),
      (id) => id,
    );
    const without = [...counts].flatMap(([id, runs]) => (runs.length >= share ? [id] : []));
    // One claim may bring runs of one organization only, which then has no more than its share.
    const most = Math.max(0, ...[...counts.values()].map((runs) => runs.length).filter((n) => n < share));
    const free = size - here.length;
    return { lane: name, limit: isKept ? Math.min(free, share - most) : free, without };
  }

  const open = (rooms: readonly Room[]) => rooms.filter(({ limit }) => limit > 0);

  return {
    /** For those who have less than their share. */
    shared: (): Room[] => open(lanes.map(roomIn)),
    /** What is left of that for anybody, where it is not kept. */
    rest: (): Room[] =>
      open(lanes.filter(({ isKept }) => !isKept).map(roomIn))
        .filter(({ without }) => without.length > 0)
        .map((room) => ({ ...room, without: [] })),
    /** All that is free: for runs that are under way already. */
    free: (): Room[] =>
      open(
        lanes.map(({ name, size }) => ({
          lane: name,
          limit: size - occupants().filter(({ lane }) => lane === name).length,
          without: [],
        })),
      ),
  };
}
