import type { Logger } from '../../kernel/logger.ts';
import { batchAfter, toBatch } from './output-batch.ts';
import { isTerminal, type OutputBatch, type OutputLine, type Run } from './run.ts';

export interface OutputTailOptions {
  run: Run;
  /** Sequence number of the last line when the first reader came. */
  lastSeq: number;
  readPage(after: number): Promise<OutputLine[]>;
  readRun(): Promise<Run | undefined>;
  pollEveryMs: number;
  logger: Logger;
}

/** Where to look: at the output, also at the run in case it has changed, or at a run that is known to have changed. */
export type Look = 'output' | 'all' | 'changed';
const looks: readonly Look[] = ['output', 'all', 'changed'];

/** The end of one run's output, read once for all readers on this server. */
export interface OutputTail {
  readonly run: Run;
  /** Everything up to here can be read. */
  readonly lastSeq: number;
  /** The run has ended, and no line will come after `lastSeq`. */
  readonly ended: boolean;
  /** The lines after `after`, which must be below `lastSeq`; undefined when they were removed. */
  after(after: number): Promise<OutputBatch | undefined>;
  /** Calls `listener` once, at the next change. */
  onceChanged(listener: () => void): void;
  /** Reads what is new. */
  look(what: Look): void;
  close(): void;
}

/** Batches that are kept for those who read along; a reader that is further behind reads pages of its own. */
const KEPT_BATCHES = 16;
const KEPT_PAGES = 8;
const RETRY_MS = 1_000;

export function createOutputTail(options: OutputTailOptions): OutputTail {
  const { logger } = options;
  const recent: OutputBatch[] = [];
  const pages = new Map<number, Promise<OutputBatch | undefined>>();
  let { run, lastSeq } = options;
  let ended = false;
  let closed = false;
  let listeners: (() => void)[] = [];
  let wanted: Look | undefined;
  let looking = false;

  function changed(): void {
    const called = listeners;
    listeners = [];
    for (const listener of called) listener();
  }

  async function readNew(): Promise<void> {
    for (;;) {
      const batch = toBatch(await options.readPage(lastSeq));
      if (!batch || closed) return;
      recent.push(batch);
      if (recent.length > KEPT_BATCHES) recent.shift();
      lastSeq = batch.lastSeq;
      changed();
    }
  }

  async function lookOnce(what: Look): Promise<void> {
    // The run first: what it wrote is stored before its end is, so that after its end nothing is missed.
    const now = what === 'output' ? run : await options.readRun();
    await readNew();
    if (closed || now === run) return;
    ended = !now || isTerminal(now.state);
    // Of a change in a step the run itself shows nothing; a poll that finds nothing new is no change.
    if (now && (what === 'changed' || JSON.stringify(now) !== JSON.stringify(run))) run = now;
    else if (!ended) return;
    changed();
  }

  function next(): Look | undefined {
    const what = closed || ended ? undefined : wanted;
    wanted = undefined;
    return what;
  }

  async function lookAll(): Promise<void> {
    looking = true;
    for (let what = next(); what; what = next()) {
      try {
        await lookOnce(what);
      } catch (thrown) {
        logger.warn({ err: thrown, runId: run.id }, 'output cannot be read; trying again');
        setTimeout(() => look('all'), RETRY_MS).unref();
        break;
      }
    }
    looking = false;
  }

  function look(what: Look): void {
    if (!wanted || looks.indexOf(what) > looks.indexOf(wanted)) wanted = what;
    if (!looking && !closed) void lookAll();
  }

  function page(after: number): Promise<OutputBatch | undefined> {
    const known = pages.get(after);
    if (known) return known;
    const fresh = options.readPage(after).then(toBatch);
    pages.set(after, fresh);
    const [oldest] = pages.keys();
    if (pages.size > KEPT_PAGES && oldest !== undefined) pages.delete(oldest);
    // What could not be read is asked for again by the next reader.
    fresh.catch(() => pages.delete(after));
    return fresh;
  }

  const poll = setInterval(() => look('all'), options.pollEveryMs);
  poll.unref();

  return {
    get run() {
      return run;
    },
    get lastSeq() {
      return lastSeq;
    },
    get ended() {
      return ended;
    },
    async after(after) {
      const batch = recent.find(({ firstSeq, lastSeq: last }) => firstSeq <= after + 1 && last > after);
      return batch ? batchAfter(batch, after) : page(after);
    },
    onceChanged: (listener) => void listeners.push(listener),
    look,
    close() {
      closed = true;
      clearInterval(poll);
      changed();
    },
  };
}
