/** A build that waits for its turn, or is under way. */
export interface BuildTicket {
  /** Who shares the builds of this machine with others; undefined: davit itself. */
  readonly organizationId: string | undefined;
}

/**
 * Whose turn it is among the builds that wait: of the organization that has the fewest under way, of several the one that
 * had its last turn the longest ago, and of its builds the first that came. So one with fifty builds in the queue delays
 * another's by as much as one build.
 */
export function createBuildTurns() {
  const waiting: BuildTicket[] = [];
  const running: BuildTicket[] = [];
  /** When each organization had its last turn; forgotten when nobody waits. */
  const lastTurns = new Map<string | undefined, number>();
  let turns = 0;

  const countRunning = (id: string | undefined) => running.filter(({ organizationId }) => organizationId === id).length;

  function isBefore(a: BuildTicket, b: BuildTicket): boolean {
    const more = countRunning(a.organizationId) - countRunning(b.organizationId);
    if (more !== 0) return more < 0;
    return (lastTurns.get(a.organizationId) ?? 0) < (lastTurns.get(b.organizationId) ?? 0);
  }

  const remove = (from: BuildTicket[], ticket: BuildTicket) => void from.splice(from.indexOf(ticket), 1);

  return {
    countWaiting: () => waiting.length,
    countRunning: () => running.length,
    /** In the order in which they came, where nothing else decides. */
    isNext: (ticket: BuildTicket) =>
      waiting.reduce((first, each) => (isBefore(each, first) ? each : first), waiting[0] ?? ticket) === ticket,
    wait: (ticket: BuildTicket) => void waiting.push(ticket),
    giveUp: (ticket: BuildTicket) => remove(waiting, ticket),
    /** Of one that waits, or that needs no leave. */
    begin(ticket: BuildTicket): void {
      if (waiting.includes(ticket)) remove(waiting, ticket);
      running.push(ticket);
      if (waiting.length === 0) lastTurns.clear();
      lastTurns.set(ticket.organizationId, ++turns);
    },
    end: (ticket: BuildTicket) => remove(running, ticket),
  };
}
