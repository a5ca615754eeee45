import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRetention } from '../protocol/protocol.ts';
import { agentId } from '../protocol/protocol.ts';
import { LogFollowers } from './log-follower.ts';
import { LogStream } from './log-stream.ts';

export interface OpenStream {
  stream: LogStream;
  followers: LogFollowers;
}

interface Entry extends OpenStream {
  users: number;
  usedAt: number;
}

export interface OpenStreamsOptions {
  folder: string;
  now: () => number;
  retention: LogRetention;
}

/** A key that nobody used for this long is closed. */
const IDLE_MS = 300_000;

/** The streams that are in use, each opened once and closed some time after its last use. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #entries = new Map<string, Promise<Entry>>();
  /** Who wants to use a key waits until its removal is over, then finds it new. */
  readonly #removing = new Map<string, Promise<void>>();
  #removals = 0;
  #closed = false;

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
  }

  /** @throws ZodError when the key is not safe as the name of a folder */
  path(key: string): string {
    return join(this.#options.folder, agentId.parse(key));
  }

  keys(): string[] {
    return this.#entries.keys().toArray();
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Whether there is anything of this key; asking makes nothing. */
  async exists(key: string): Promise<boolean> {
    if (this.has(key)) return true;
    return access(this.path(key)).then(
      () => true,
      () => false,
    );
  }

  /** Lends the stream of a key, made if there is none, for as long as `work` takes. */
  async use<T>(key: string, work: (used: OpenStream) => Promise<T>): Promise<T> {
    const { used, release } = await this.acquire(key);
    try {
      return await work(used);
    } finally {
      release();
    }
  }

  /** Lends the stream of a key, made if there is none, until `release` is called. */
  async acquire(key: string): Promise<{ used: OpenStream; release: () => void }> {
    const entry = await this.#find(key);
    entry.users += 1;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      entry.users -= 1;
      entry.usedAt = performance.now();
    };
    return { used: entry, release };
  }

  /** Applies retention to a key, without counting as use of it. */
  async enforceRetention(key: string): Promise<void> {
    const isKnown = this.has(key);
    const entry = await this.#find(key);
    entry.users += 1;
    try {
      await entry.stream.enforceRetention();
    } finally {
      entry.users -= 1;
    }
    const isIdle = !isKnown || performance.now() - entry.usedAt > IDLE_MS;
    if (!isIdle || entry.users > 0 || (await this.#entries.get(key)) !== entry || entry.users > 0) return;
    this.#entries.delete(key);
    await entry.stream.close();
  }

  /** Forgets a key: one rename, so that a crash leaves all of it or nothing that is found again. */
  async remove(key: string): Promise<void> {
    const removal = (this.#removing.get(key) ?? Promise.resolve()).then(() => this.#remove(key));
    const done = removal.catch(() => undefined);
    this.#removing.set(key, done);
    try {
      await removal;
    } finally {
      if (this.#removing.get(key) === done) this.#removing.delete(key);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const opening of this.#entries.values()) await (await opening.catch(() => undefined))?.stream.close();
    this.#entries.clear();
  }

  async #remove(key: string): Promise<void> {
    const path = this.path(key);
    const entry = await this.#entries.get(key);
    this.#entries.delete(key);
    await entry?.stream.close();
    this.#removals += 1;
    const removed = join(this.#options.folder, `.removed-${process.pid}-${this.#removals}-${key}`);
    try {
      await rename(path, removed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    await rm(removed, { recursive: true, force: true });
  }

  async #find(key: string): Promise<Entry> {
    for (;;) {
      await this.#removing.get(key);
      if (this.#closed) throw new Error('the log store was closed');
      let opening = this.#entries.get(key);
      if (opening === undefined) {
        opening = this.#open(key);
        this.#entries.set(key, opening);
        opening.catch(() => this.#entries.delete(key));
      }
      const entry = await opening;
      // It may have been closed as idle, or removed, while this waited for it.
      if (this.#entries.get(key) === opening) return entry;
    }
  }

  async #open(key: string): Promise<Entry> {
    const { now, retention } = this.#options;
    const stream = await LogStream.open({ folder: this.path(key), now, retention });
    return { stream, followers: new LogFollowers(stream), users: 0, usedAt: performance.now() };
  }
}
