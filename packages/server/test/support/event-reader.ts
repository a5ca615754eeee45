import { followEvents, type ReceivedEvent } from './event-stream.ts';
import { waitUntil } from './wait-until.ts';

/** Reads a stream of events while a test goes on, and is asked for what came. */
export interface EventReader<T> {
  /** All so far, oldest first. */
  readonly events: readonly ReceivedEvent<T>[];
  /** The first event that is meant, also one that came already; fails when it does not come, and when the stream is refused. */
  find(what: string, isMeant: (event: ReceivedEvent<T>) => boolean): Promise<ReceivedEvent<T>>;
  /** Ends the connection. */
  close(): Promise<void>;
}

/** Opens a stream; as a browser that reconnects when `lastEventId` is given. */
export function readEvents<T>(
  url: string,
  options: { token?: string | undefined; lastEventId?: string | undefined } = {},
): EventReader<T> {
  const events: ReceivedEvent<T>[] = [];
  const stop = new AbortController();
  let failure: Error | undefined;
  const reading = (async () => {
    for await (const event of followEvents<T>(url, { ...options, signal: stop.signal })) events.push(event);
  })().catch((error: unknown) => {
    failure = error as Error;
  });

  return {
    events,
    find: (what, isMeant) =>
      waitUntil(
        what,
        () => {
          const found = events.find(isMeant);
          if (found === undefined && failure !== undefined) throw failure;
          return found;
        },
        60_000,
      ),
    async close() {
      stop.abort();
      await reading;
    },
  };
}
