import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogStoreLogger } from './log-store-logger.ts';
import type { RawTail } from './raw-tail.ts';

/** An unfinished last line is stored after this long. */
const UNFINISHED_LINE_MS = 1000;
/** News of a file within this time are read together: 40 reads a second, however often a process writes. */
const GATHER_MS = 25;
const RETRY_MS = 1000;
/** How much of a file, and how long, may be stored but not yet safe from a power cut (so not given free either). */
const CONSUMED_BYTES = 4 * 1024 * 1024;
const CONSUMED_MS = 30_000;

export interface TailRunnerOptions {
  /** Opens the stream and the tail; tried again until it succeeds. */
  open: () => Promise<RawTail>;
  sync: () => Promise<void>;
  onConsumed: (stream: 'stdout' | 'stderr', offset: number) => void;
  logger: LogStoreLogger;
}

interface Drain {
  /** Size of the file when it was asked for; -1 as long as nobody looked. */
  until: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Keeps one output file flowing into its stream until it is stopped. */
export class TailRunner {
  readonly #options: TailRunnerOptions;
  readonly #stopped = new AbortController();
  #tail: RawTail | undefined;
  #watcher: FSWatcher | undefined;
  #drains: Drain[] = [];
  #wake: (() => void) | undefined;
  #hasNews = true;
  #unfinished: NodeJS.Timeout | undefined;
  #flushDue = false;
  #consumed = 0;
  #consumedAt = performance.now();
  #syncing = false;
  readonly #running: Promise<void>;

  constructor(options: TailRunnerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Asks the file itself whether there is news: finds what no notification told. */
  poll(): void {
    const tail = this.#tail;
    if (tail === undefined || this.#wake === undefined) return;
    if (this.#watcher === undefined) this.#watch(tail);
    if (tail.hasNews()) this.#notify();
    if (performance.now() - this.#consumedAt > CONSUMED_MS) this.#reportConsumed(tail);
  }

  /** Returns when all that is in the file now is stored, an unfinished last line too. */
  async drain(): Promise<void> {
    this.#stopped.signal.throwIfAborted();
    const drained = new Promise<void>((resolve, reject) => this.#drains.push({ until: -1, resolve, reject }));
    this.#notify();
    await drained;
  }

  /** What is not stored yet stays in the file, for the next one who collects it. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('collecting was stopped before everything was stored'));
    this.#notify();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let failed = false;
    while (!signal.aborted) {
      try {
        this.#tail ??= await this.#options.open();
        await this.#follow(this.#tail);
        failed = false;
      } catch (error) {
        if (signal.aborted) break;
        if (!failed)
          this.#options.logger.warn({ err: error }, 'instance output cannot be stored; it waits in its file');
        failed = true;
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    clearTimeout(this.#unfinished);
    this.#watcher?.close();
    for (const drain of this.#drains.splice(0)) drain.reject(signal.reason as Error);
    await this.#tail?.close();
  }

  /** Reads up to the end, serves those who wait for that, and waits for news. */
  async #follow(tail: RawTail): Promise<void> {
    const { signal } = this.#stopped;
    this.#hasNews = false;
    for (const drain of this.#drains) drain.until = drain.until === -1 ? await tail.size() : drain.until;
    const isDraining = this.#drains.length > 0;
    const result = await this.#readToEnd(tail, isDraining || this.#flushDue);
    if (isDraining) await this.#serveDrains(tail, result === 'end');
    if (signal.aborted) return;
    this.#awaitRestOfLine(result === 'unfinished-line');
    if (this.#drains.length > 0) return;
    if (!this.#hasNews) await this.#waitForNews(tail);
    if (this.#drains.length === 0) await delay(GATHER_MS, undefined, { signal }).catch(() => undefined);
  }

  /**
   * Watches the file only while it waits: a process that writes 100,000 lines a second one by one makes as many events,
   * and hearing them all took a fifth of a core.
   */
  async #waitForNews(tail: RawTail): Promise<void> {
    this.#watch(tail);
    // What was written before the watch was there made no event.
    if (!tail.hasNews()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #readToEnd(tail: RawTail, flush: boolean): Promise<'more' | 'unfinished-line' | 'end'> {
    for (;;) {
      const before = tail.offset;
      const result = await tail.pass(flush);
      if (tail.offset !== before) clearTimeout(this.#unfinished);
      if (tail.offset !== before) this.#unfinished = undefined;
      if (tail.stored - this.#consumed > CONSUMED_BYTES || tail.stored < this.#consumed) this.#reportConsumed(tail);
      // Who asked for a drain while a process floods must not wait for a moment of silence.
      const isDue = this.#drains.some((drain) => drain.until === -1 || tail.offset >= drain.until);
      if (result !== 'more' || isDue || this.#stopped.signal.aborted) return result;
    }
  }

  async #serveDrains(tail: RawTail, isAtEnd: boolean): Promise<void> {
    const served = this.#drains.filter(({ until }) => until !== -1 && (isAtEnd || tail.offset >= until));
    if (served.length === 0) return;
    const { stored } = tail;
    await this.#options.sync();
    this.#setConsumed(tail, stored);
    this.#drains = this.#drains.filter((drain) => !served.includes(drain));
    for (const drain of served) drain.resolve();
  }

  /** The time runs from when this unfinished line was first seen: a line that grows all the time is shown as well. */
  #awaitRestOfLine(isUnfinished: boolean): void {
    this.#flushDue = false;
    if (!isUnfinished || this.#unfinished !== undefined) return;
    this.#unfinished = setTimeout(() => {
      this.#unfinished = undefined;
      this.#flushDue = true;
      this.#notify();
    }, UNFINISHED_LINE_MS).unref();
  }

  #notify(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  /** Where a machine has no watches left, the poll alone brings the news, a second later. */
  #watch(tail: RawTail): void {
    try {
      const watcher = watch(tail.path, { persistent: false }, (event) => {
        // The file was renamed or removed: the next poll watches what is there then.
        if (event === 'rename') this.#unwatch(watcher);
        this.#notify();
      });
      watcher.on('error', () => this.#unwatch(watcher));
      this.#watcher = watcher;
    } catch {
      this.#watcher = undefined;
    }
  }

  #unwatch(watcher: FSWatcher): void {
    watcher.close();
    if (this.#watcher === watcher) this.#watcher = undefined;
  }

  /** Not awaited: storing goes on while the disk catches up. */
  #reportConsumed(tail: RawTail): void {
    const { stored } = tail;
    if (this.#syncing) return;
    this.#consumedAt = performance.now();
    if (stored === this.#consumed) return;
    this.#syncing = true;
    this.#options
      .sync()
      .then(() => this.#setConsumed(tail, stored))
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'instance logs cannot be synced to disk'))
      .finally(() => {
        this.#syncing = false;
      });
  }

  #setConsumed(tail: RawTail, stored: number): void {
    this.#consumedAt = performance.now();
    if (stored === this.#consumed) return;
    this.#consumed = stored;
    this.#options.onConsumed(tail.name, stored);
  }
}
