import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLine, LogPage, LogQuery, LogRetention } from '../protocol/protocol.ts';
import { agentId } from '../protocol/protocol.ts';
import { createBufferPool } from './buffer-pool.ts';
import type { Collector, CollectorOptions, RunningCollector } from './log-collector.ts';
import { startCollector } from './log-collector.ts';
import { formatCursor } from './log-cursor.ts';
import { readPage } from './log-reader.ts';
import { DEFAULT_LOG_RETENTION } from './log-retention.ts';
import type { LogStoreLogger } from './log-store-logger.ts';
import { OpenStreams } from './open-streams.ts';
import { BLOCK_BYTES, splitLines } from './raw-lines.ts';
import type { StreamName } from './segment-format.ts';

export interface LogStoreOptions {
  /** Holds one folder a key; nobody else writes into it. */
  folder: string;
  logger: LogStoreLogger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** For keys without one of their own. */
  retention?: LogRetention;
  /** How long one read may search before it hands out a cursor to go on from. */
  searchMs?: number;
}

/** A line that did not come from an instance's output. */
export interface AppendedLine {
  instance: string;
  labels: Record<string, string>;
  /** Several lines if it has newlines. */
  content: string;
  /** `system` unless told otherwise. */
  stream?: StreamName;
}

/** Logs of instances, by key (a service's id). Whatever is returned as stored survives a `kill -9`. */
export interface LogStore {
  /** See {@link readPage} for how pages follow each other. A key that nothing was stored for has an empty page. */
  read(key: string, query: LogQuery): Promise<LogPage>;
  /** Batches after `query.after` (without it from now on), until `signal` is aborted or the key removed. `read`, then `follow` from its `nextCursor`, gives each line once. */
  follow(key: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine[]>;
  append(key: string, line: AppendedLine): Promise<void>;
  /** Kept over restarts; applied at once. */
  setRetention(key: string, retention: LogRetention): Promise<void>;
  /** Forgets all of a key: ends its followers, stops its collectors. */
  remove(key: string): Promise<void>;
  /** Goes on from where an earlier collector of this instance stopped or was killed: each line is stored once. */
  collect(options: CollectorOptions & { key: string }): Collector;
  /** Removes what retention no longer allows, in all keys; done by itself every hour, and every minute for keys in use. */
  enforceRetention(): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 1000;
const SWEEP_MS = 60_000;
const FULL_SWEEP_MS = 3_600_000;
const SEARCH_MS = 250;
/** Together 2 MiB: a collector stores half a megabyte at a time, at most four do so at once. */
const BUFFERS = 4;
const BUFFER_BYTES = 512 * 1024;

/** Opens the store; streams are opened when they are first used. */
export async function createLogStore(options: LogStoreOptions): Promise<LogStore> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(options.folder)) {
    if (name.startsWith('.removed-')) await rm(join(options.folder, name), { recursive: true, force: true });
  }
  return new FileLogStore(options);
}

class FileLogStore implements LogStore {
  readonly #options: Required<LogStoreOptions>;
  readonly #streams: OpenStreams;
  readonly #collectors = new Map<RunningCollector, string>();
  readonly #buffers = createBufferPool(BUFFERS, BUFFER_BYTES);
  readonly #timers: NodeJS.Timeout[];

  constructor(options: LogStoreOptions) {
    this.#options = { now: Date.now, retention: DEFAULT_LOG_RETENTION, searchMs: SEARCH_MS, ...options };
    this.#streams = new OpenStreams(this.#options);
    this.#timers = [
      setInterval(() => this.#poll(), POLL_MS),
      setInterval(() => this.#quietly(this.#enforceRetention(this.#streams.keys())), SWEEP_MS),
      setInterval(() => this.#quietly(this.enforceRetention()), FULL_SWEEP_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  async read(key: string, query: LogQuery): Promise<LogPage> {
    if (!(await this.#streams.exists(key))) return { lines: [], previousCursor: null, nextCursor: formatCursor(0) };
    const end = performance.now() + this.#options.searchMs;
    return this.#streams.use(key, ({ stream: { segments, firstSeq, endSeq } }) =>
      readPage({ segments, firstSeq, endSeq }, query, () => performance.now() > end),
    );
  }

  async *follow(key: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine[], void, undefined> {
    const { used, release } = await this.#streams.acquire(key);
    try {
      yield* used.followers.follow(query, signal);
    } finally {
      release();
    }
  }

  async append(key: string, { instance, labels, content, stream = 'system' }: AppendedLine): Promise<void> {
    const bytes = Buffer.from(content.endsWith('\n') ? content : `${content}\n`);
    const { blocks } = splitLines(bytes, { open: false, flush: true, blockBytes: BLOCK_BYTES });
    const source = { instance, labels: { ...labels } };
    await this.#streams.use(key, (used) => used.stream.store(blocks.map((lines) => ({ source, stream, lines }))));
  }

  async setRetention(key: string, retention: LogRetention): Promise<void> {
    await this.#streams.use(key, ({ stream }) => stream.setRetention(retention));
  }

  async remove(key: string): Promise<void> {
    for (const [collector, of] of this.#collectors) if (of === key) await this.#stop(collector);
    await this.#streams.remove(key);
  }

  collect({ key, ...options }: CollectorOptions & { key: string }): Collector {
    this.#streams.path(key);
    const collector = startCollector(options, {
      acquire: async () => {
        const { used, release } = await this.#streams.acquire(key);
        return { stream: used.stream, release };
      },
      buffers: this.#buffers,
      logger: this.#options.logger,
    });
    this.#collectors.set(collector, key);
    return { drain: () => collector.drain(), stop: () => this.#stop(collector) };
  }

  async enforceRetention(): Promise<void> {
    const entries = await readdir(this.#options.folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && agentId.safeParse(entry.name).success);
    await this.#enforceRetention(folders.map((entry) => entry.name));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...this.#collectors.keys()].map((collector) => this.#stop(collector)));
    await this.#streams.close();
  }

  async #stop(collector: RunningCollector): Promise<void> {
    await collector.stop();
    this.#collectors.delete(collector);
  }

  #poll(): void {
    for (const collector of this.#collectors.keys()) collector.poll();
  }

  async #enforceRetention(keys: string[]): Promise<void> {
    for (const key of keys) await this.#streams.enforceRetention(key);
  }

  #quietly(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.logger.warn({ err: error }, 'old instance logs cannot be removed'));
  }
}
