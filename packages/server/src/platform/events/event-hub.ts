import { randomBytes } from 'node:crypto';

/** What a follower is told. `id` is what it sends back to go on from there. */
export type HubEvent =
  /** First: from here on nothing is missed. */
  | { id: string; event: 'ready' }
  | { id: string; event: 'changed'; data: unknown }
  /** What was missed is not known any more: look at everything again. */
  | { id: string; event: 'reset' };

/** Events by topic, the last of them kept in memory, so that one who was away for a moment misses none. */
export interface EventHub {
  publish(topic: string, data: unknown): void;
  /** Events may have been lost on their way here: every follower, and who comes back later, is told so. */
  reset(): void;
  /** What happens to a topic, from the event `lastEventId` or from now on, until the signal is aborted. */
  follow(
    topic: string,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<HubEvent, void, undefined>;
}

interface KeptEvent {
  topic: string;
  data: unknown;
}

/**
 * The hub of one server process. Its ids are `EPOCH-NUMBER`, the epoch drawn at its start: an id of another process is
 * answered with a reset. `capacity`: events that are kept, over all topics; about 300 bytes each.
 */
export function createEventHub({ capacity = 20_000 }: { capacity?: number } = {}): EventHub {
  const epoch = randomBytes(6).toString('hex');
  const followers = new Map<string, Set<() => void>>();
  /** Number of the last event; the kept ones are those up to it. */
  let last = 0;
  let kept: KeptEvent[] = [];
  const floor = () => last - kept.length;
  const idOf = (number: number) => `${epoch}-${number}`;

  function wake(topic: string): void {
    for (const waken of followers.get(topic) ?? []) waken();
  }

  /** The number in an id of this hub from which it is possible to go on. */
  function positionOf(id: string): number | undefined {
    const [itsEpoch, digits = ''] = id.split('-', 2);
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : -1;
    return itsEpoch === epoch && number >= floor() && number <= last ? number : undefined;
  }

  function* newer(topic: string, from: number): Generator<HubEvent> {
    for (let number = from + 1; number <= last; number++) {
      const event = kept[number - floor() - 1];
      if (event?.topic === topic) yield { id: idOf(number), event: 'changed', data: event.data };
    }
  }

  async function* follow(
    topic: string,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<HubEvent, void, undefined> {
    const known = lastEventId === undefined ? last : positionOf(lastEventId);
    let position = known ?? last;
    let lost = known === undefined;
    let wakeUp = () => {};
    const waken = () => wakeUp();
    const mine = followers.get(topic) ?? new Set();
    followers.set(topic, mine.add(waken));
    signal.addEventListener('abort', waken, { once: true });
    try {
      yield { id: idOf(position), event: 'ready' };
      while (!signal.aborted) {
        if (lost || position < floor()) {
          lost = false;
          position = last;
          yield { id: idOf(position), event: 'reset' };
        } else if (position < last) {
          // All that is new is taken at once: a follower that is slow to read holds nothing back.
          const events = [...newer(topic, position)];
          position = last;
          yield* events;
        } else {
          await new Promise<void>((resolve) => {
            wakeUp = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', waken);
      mine.delete(waken);
      if (mine.size === 0 && followers.get(topic) === mine) followers.delete(topic);
    }
  }

  return {
    publish(topic, data) {
      last++;
      kept.push({ topic, data });
      // Not one by one: moving the rest each time would cost more than all else here.
      if (kept.length > capacity * 2) kept = kept.slice(-capacity);
      wake(topic);
    },
    reset() {
      last++;
      kept = [];
      for (const topic of followers.keys()) wake(topic);
    },
    follow,
  };
}
