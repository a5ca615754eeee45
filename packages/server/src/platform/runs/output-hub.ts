import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../db/database.ts';
import { readOutputEnd, readOutputPage } from './output-store.ts';
import { createOutputTail, type Look, type OutputTail } from './output-tail.ts';
import { isTerminal, type Run, type RunUpdate } from './run.ts';
import { findRun } from './run-reader.ts';

export interface OutputHub {
  /** What happens to a run from line `after` on, until its end or the abort of the signal. */
  follow(run: Run, after: number, signal: AbortSignal): AsyncGenerator<RunUpdate, void, undefined>;
  /** Output of this run was stored. */
  outputStored(runId: string): void;
  /** This run has changed. */
  runChanged(runId: string): void;
  /** Notifications may have been lost. */
  lookAgain(): void;
}

/** Lines of one batch that a reader is given. */
const PAGE_LINES = 1_000;

/**
 * Shares one tail of a run among all who follow it here. Readers pull, so a slow one holds nothing back and nothing is
 * kept for it: once it is behind what the tail keeps, it reads pages from the database until it has caught up.
 */
export function createOutputHub(options: { database: Database; pollEveryMs: number; logger: Logger }): OutputHub {
  const { db, pool } = options.database;
  const tails = new Map<string, { tail: Promise<OutputTail>; readers: number }>();

  async function openTail(run: Run): Promise<OutputTail> {
    const { lastSeq } = await readOutputEnd(pool, run.id);
    const tail = createOutputTail({
      run,
      lastSeq,
      readPage: (after) => readOutputPage(pool, run.id, after, PAGE_LINES),
      readRun: () => findRun(db, run.id),
      pollEveryMs: options.pollEveryMs,
      logger: options.logger,
    });
    tail.look('all');
    return tail;
  }

  function join(run: Run): Promise<OutputTail> {
    const entry = tails.get(run.id) ?? { tail: openTail(run), readers: 0 };
    entry.readers++;
    tails.set(run.id, entry);
    return entry.tail;
  }

  function leave(runId: string): void {
    const entry = tails.get(runId);
    if (!entry || --entry.readers > 0) return;
    tails.delete(runId);
    entry.tail.then((tail) => tail.close()).catch(() => {});
  }

  async function* read(
    tail: OutputTail,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<RunUpdate, void, undefined> {
    let position = after;
    let told: Run | undefined;
    let wake = () => {};
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const { run, lastSeq, ended } = tail;
        if (run !== told && !isTerminal(run.state)) {
          // Before the output: who comes late sees at once how the run stands, and need not read it all first.
          told = run;
          yield { type: 'state', run };
        } else if (position < lastSeq) {
          const batch = await tail.after(position);
          // None when old output was removed.
          position = batch?.lastSeq ?? lastSeq;
          if (batch) yield { type: 'output', batch };
        } else if (ended) {
          yield { type: 'end', run };
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            tail.onceChanged(resolve);
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  function lookAt(runId: string, what: Look): void {
    tails
      .get(runId)
      ?.tail.then((tail) => tail.look(what))
      .catch(() => {});
  }

  return {
    async *follow(run, after, signal) {
      try {
        const tail = await join(run);
        yield* read(tail, after, signal);
      } finally {
        leave(run.id);
      }
    },
    outputStored: (runId) => lookAt(runId, 'output'),
    runChanged: (runId) => lookAt(runId, 'changed'),
    lookAgain() {
      for (const runId of tails.keys()) lookAt(runId, 'all');
    },
  };
}
