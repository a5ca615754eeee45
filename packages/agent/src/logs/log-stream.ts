import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRetention } from '../protocol/protocol.ts';
import { firstSequence } from './log-cursor.ts';
import { readRetention, segmentAgeFor, segmentBytesFor, writeRetention } from './log-retention.ts';
import type { SegmentFile } from './segment-file.ts';
import { createSegmentFile, findSegmentFile } from './segment-file.ts';
import type { RawPosition } from './segment-index.ts';
import { positionKey, scanSegment } from './segment-index.ts';
import type { StoredBlock } from './segment-writer.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface LogStreamOptions {
  folder: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  retention: LogRetention;
}

/** All that is kept of one log key: its segments, oldest first, of which the last one grows. */
export class LogStream {
  /** Never empty. Replaced, not changed, so that a reader may keep what it saw. */
  segments: readonly SegmentFile[];
  retention: LogRetention;
  closed = false;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #writer: SegmentWriter;
  readonly #tailed = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #queue: Promise<unknown> = Promise.resolve();
  #syncs: Promise<void> = Promise.resolve();

  private constructor(options: LogStreamOptions, segments: readonly SegmentFile[], newest: NewestSegment) {
    this.#folder = options.folder;
    this.#now = options.now;
    this.retention = options.retention;
    this.segments = segments;
    const isRead = (key: string) => this.#tailed.has(key);
    this.#writer = new SegmentWriter({ folder: options.folder, ...newest, isRead });
  }

  /** Opens what is kept in `folder`, or begins anew; cuts off what a crash left half written. */
  static async open(options: LogStreamOptions): Promise<LogStream> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const retention = (await readRetention(options.folder)) ?? options.retention;
    const segments = await listSegments(options.folder);
    const newest = await recoverNewest(options, segments);
    return new LogStream({ ...options, retention }, segments, newest);
  }

  /** Sequence number of the oldest line that is kept. */
  get firstSeq(): number {
    return (this.segments[0] as SegmentFile).firstSeq;
  }

  /** Sequence number of the next line. */
  get endSeq(): number {
    return this.#writer.index.endSeq;
  }

  /** Stores blocks in their order, each line exactly once; may store the first ones only when it throws. */
  async store(blocks: readonly StoredBlock[]): Promise<void> {
    const before = this.segments;
    await this.#exclusive(async () => {
      try {
        const limit = segmentBytesFor(this.retention);
        await this.#writer.write(blocks, this.#now(), limit, (segment) => this.#rotated(segment));
      } finally {
        this.#wake();
      }
    });
    if (this.segments !== before) await this.enforceRetention();
  }

  position(instance: string, stream: string): RawPosition | undefined {
    return this.#writer.positions.get(positionKey(instance, stream));
  }

  async storePosition(position: RawPosition): Promise<void> {
    await this.#exclusive(() => this.#writer.writePosition(position, this.#now()));
  }

  /**
   * Says that somebody reads this output file now.
   * @throws when somebody does already: two readers would store every line twice
   */
  claim(instance: string, stream: string): { release(): void } {
    const key = positionKey(instance, stream);
    if (this.#tailed.has(key)) throw new Error(`the ${stream} of ${instance} is being collected already`);
    this.#tailed.add(key);
    return { release: () => this.#tailed.delete(key) };
  }

  /** Returns when everything that is stored now would survive a power cut. */
  async sync(): Promise<void> {
    const run = this.#syncs.then(() => this.#writer.sync());
    this.#syncs = run.catch(() => undefined);
    await run;
  }

  /** Returns when there is a line at or after `seq`, or when the stream is closed or the signal aborted. */
  async waitFor(seq: number, signal: AbortSignal): Promise<void> {
    if (this.endSeq > seq || this.closed || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.endSeq <= seq && !this.closed && !signal.aborted) return;
        this.#waiting.delete(check);
        signal.removeEventListener('abort', check);
        resolve();
      };
      this.#waiting.add(check);
      signal.addEventListener('abort', check);
    });
  }

  async setRetention(retention: LogRetention): Promise<void> {
    await writeRetention(this.#folder, retention);
    this.retention = retention;
    await this.enforceRetention();
  }

  /** Removes the oldest segments as long as there is too much or they are too old; the newest one always stays. */
  async enforceRetention(): Promise<void> {
    await this.#exclusive(async () => {
      const now = this.#now();
      const { index } = this.#writer;
      const began = index.spans[0]?.minTime ?? now;
      const tooLarge = index.bytes > segmentBytesFor(this.retention);
      if (this.#writer.hasLines && (tooLarge || now - began > segmentAgeFor(this.retention))) {
        this.#rotated(await this.#writer.rotate(now));
      }
      // Room for the newest one to grow to its full size.
      const limit = this.retention.maxBytes - segmentBytesFor(this.retention);
      for (let kept = totalBytes(this.segments.slice(0, -1)); this.segments.length > 1; ) {
        const oldest = this.segments[0] as SegmentFile;
        if (kept <= limit && (await newestTime(oldest)) >= now - this.retention.maxAgeMs) return;
        kept -= oldest.bytes;
        this.segments = this.segments.slice(1);
        await oldest.remove();
      }
    });
  }

  /** Ends all followers and closes the files. What is stored stays. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.#wake();
    await this.#queue;
    await this.sync().catch(() => undefined);
    this.#writer.segment.unpin();
    for (const segment of this.segments) await segment.close();
  }

  #rotated(segment: SegmentFile): void {
    this.segments = [...this.segments, segment];
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }

  async #exclusive(work: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(() => {
      if (this.closed) throw new Error('this log stream was closed');
      return work();
    });
    this.#queue = run.catch(() => undefined);
    await run;
  }
}

type NewestSegment = Pick<SegmentWriter, 'segment' | 'index' | 'positions'>;

function totalBytes(segments: readonly SegmentFile[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0);
}

async function newestTime(segment: SegmentFile): Promise<number> {
  return segment.with(async (_handle, index) => Math.max(...index.spans.map((span) => span.maxTime)));
}

async function listSegments(folder: string): Promise<SegmentFile[]> {
  const names = await readdir(folder);
  for (const name of names) {
    if (name.endsWith('.new')) await rm(join(folder, name), { force: true });
  }
  const numbers = names.filter((name) => /^\d{16}\.log$/.test(name)).map((name) => Number(name.slice(0, 16)));
  return Promise.all(numbers.sort((a, b) => a - b).map((firstSeq) => findSegmentFile(folder, firstSeq)));
}

/** Makes `segments` end with one that can be appended to. */
async function recoverNewest(options: LogStreamOptions, segments: SegmentFile[]): Promise<NewestSegment> {
  for (let segment = segments.at(-1); segment !== undefined; segment = segments.at(-1)) {
    const handle = await segment.pin();
    const found = await scanSegment(handle);
    if (found !== undefined) {
      if (found.index.bytes < segment.bytes) await handle.truncate(found.index.bytes);
      segment.setIndex(found.index);
      return { segment, ...found };
    }
    // Only a power cut makes a segment without a head; what it held is read again from the output files.
    segments.pop();
    segment.unpin();
    await segment.remove();
  }
  const now = options.now();
  const segment = await createSegmentFile(options.folder, firstSequence(now), now, []);
  const found = await scanSegment(await segment.pin());
  if (found === undefined) throw new Error(`${segment.path} cannot be read back`);
  segment.setIndex(found.index);
  segments.push(segment);
  return { segment, ...found };
}
