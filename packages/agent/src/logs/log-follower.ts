import type { LogLine, LogQuery } from '../protocol/protocol.ts';
import { createLineFilter } from './log-filter.ts';
import { readChunk, removedNotice, startAfter } from './log-reader.ts';
import type { LogStream } from './log-stream.ts';

interface Chunk {
  lines: LogLine[];
  next: number;
}

/** Chunks that are kept for the other followers; each is at most some 200 KiB of lines. */
const KEPT_CHUNKS = 4;
const DEFAULT_BATCH = 1000;

/**
 * Reads each part of a stream once for all who follow it. Chunks end where spans end, so that followers which started
 * at different lines ask for the same chunk from their second one on. A follower holds no more than the chunk it is
 * handing out: one that is slow finds its place again by sequence number, on disk.
 */
export class LogFollowers {
  readonly #stream: LogStream;
  readonly #chunks = new Map<number, Promise<Chunk>>();
  #followers = 0;

  constructor(stream: LogStream) {
    this.#stream = stream;
  }

  get count(): number {
    return this.#followers;
  }

  /**
   * Batches of lines after `query.after` (from now on without it) as they come; ends when `signal` is aborted or the
   * stream is closed or removed. `until` and `before` do not end it.
   * @throws InvalidLogCursorError
   */
  async *follow(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine[], void, undefined> {
    const stream = this.#stream;
    const filter = createLineFilter(query);
    const batch = query.limit === undefined ? DEFAULT_BATCH : Number(query.limit);
    const start = query.after === undefined ? { from: stream.endSeq, notice: [] } : startAfter(stream, query.after);
    let position = start.from;
    if (start.notice.length > 0) yield start.notice;
    this.#followers += 1;
    try {
      for (;;) {
        await stream.waitFor(position, signal);
        if (signal.aborted || stream.closed) return;
        if (position < stream.firstSeq) {
          position = stream.firstSeq;
          yield [removedNotice(position)];
          continue;
        }
        const chunk = await this.#read(position);
        position = chunk.next;
        const lines = filter.all ? chunk.lines : chunk.lines.filter((line) => filter.line(line));
        for (let at = 0; at < lines.length && !signal.aborted; at += batch) yield lines.slice(at, at + batch);
      }
    } finally {
      this.#followers -= 1;
      if (this.#followers === 0) this.#chunks.clear();
    }
  }

  #read(position: number): Promise<Chunk> {
    const known = this.#chunks.get(position);
    if (known !== undefined) return known;
    const chunk = readChunk(this.#stream, position);
    this.#chunks.set(position, chunk);
    chunk.catch(() => this.#chunks.delete(position));
    for (const oldest of this.#chunks.keys()) {
      if (this.#chunks.size <= KEPT_CHUNKS) break;
      this.#chunks.delete(oldest);
    }
    return chunk;
  }
}
