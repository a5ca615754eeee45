import { setTimeout as sleep } from 'node:timers/promises';
import { visit } from './visit.ts';

/** What somebody saw who asked for the same page all the time. */
export interface Visits {
  count: number;
  /** Everything that was not the answer of the service: broken connections and statuses but 200, as text. */
  failures: string[];
  /** The different bodies, in the order in which they were first seen. */
  bodies: string[];
}

/** Asks for a page from several sides, with no pause or a short one, until it is told to stop. */
export function startSteadyVisitor(url: string, options: { path?: string; visitors?: number; pauseMs?: number } = {}) {
  const { path = '/', visitors = 4, pauseMs = 0 } = options;
  const seen: Visits = { count: 0, failures: [], bodies: [] };
  const stopped = new AbortController();

  async function once(): Promise<void> {
    try {
      const { status, body } = await visit(url, path);
      if (status !== 200) seen.failures.push(`${status}: ${body.slice(0, 200)}`);
      else if (!seen.bodies.includes(body)) seen.bodies.push(body);
    } catch (error) {
      seen.failures.push(String(error));
    }
    seen.count++;
  }

  const loops = Array.from({ length: visitors }, async () => {
    while (!stopped.signal.aborted) {
      await once();
      if (pauseMs > 0) await sleep(pauseMs);
    }
  });
  return {
    /** What was seen so far. */
    seen: seen as Readonly<Visits>,
    async stop(): Promise<Visits> {
      stopped.abort();
      await Promise.all(loops);
      return seen;
    },
  };
}
