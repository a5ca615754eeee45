import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { BufferPool } from './buffer-pool.ts';
import type { LogStream } from './log-stream.ts';
import { BLOCK_BYTES, splitLines } from './raw-lines.ts';
import type { LogSource, RawPosition } from './segment-index.ts';
import type { StoredBlock } from './segment-writer.ts';

const ZEROS = Buffer.alloc(4096);

export interface RawTailOptions {
  stream: LogStream;
  source: LogSource;
  name: 'stdout' | 'stderr';
  path: string;
  buffers: BufferPool;
}

/**
 * Brings one output file of an instance into a log stream, from where the stream says that it is stored. Reads nothing
 * ahead: what is not stored yet stays in the file, so a disk or a machine that is too slow makes this lag behind, never
 * grow or drop. Calls must not overlap.
 */
export class RawTail {
  readonly path: string;
  readonly name: 'stdout' | 'stderr';
  readonly #options: RawTailOptions;
  #handle: FileHandle | undefined;
  #position: RawPosition | undefined;
  /** Bytes of a hole that are passed over and not yet shown as a gap. */
  #hole = 0;
  /** Size that the file was known to have. */
  #seen = 0;

  constructor(options: RawTailOptions) {
    this.#options = options;
    this.path = options.path;
    this.name = options.name;
  }

  /** Bytes of the present file that are stored. */
  get stored(): number {
    return this.#options.stream.position(this.#options.source.instance, this.name)?.offset ?? 0;
  }

  /** Where reading stands; at least {@link stored}. */
  get offset(): number {
    return this.#position?.offset ?? 0;
  }

  /** Whether the file at the path is longer or shorter than what was read, or is another file. */
  hasNews(): boolean {
    // Synchronous: this asks the kernel's cache in 3 µs, an asynchronous call takes ten times that from the thread pool.
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return false;
    if (this.#position?.file !== fileId(found)) return true;
    const size = Number(found.size);
    const hasChanged = size !== this.#seen;
    this.#seen = Math.max(this.#seen, size);
    return hasChanged;
  }

  /** Size of the file now; 0 when there is none. */
  async size(): Promise<number> {
    return (await this.#open()) ? Number((await this.#stat()).size) : 0;
  }

  /** Reads and stores once. `flush` stores an unfinished last line too. */
  async pass(flush: boolean): Promise<'more' | 'unfinished-line' | 'end'> {
    if (!(await this.#open())) return 'end';
    try {
      return await this.#options.buffers.use((buffer) => this.#read(buffer, flush));
    } catch (error) {
      // What was stored before it failed is known to the stream alone.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#position = undefined;
    this.#hole = 0;
    this.#seen = 0;
    await handle?.close();
  }

  async #read(buffer: Buffer, flush: boolean): Promise<'more' | 'unfinished-line' | 'end'> {
    const position = this.#position as RawPosition;
    const { bytesRead } = await (this.#handle as FileHandle).read(buffer, 0, buffer.length, position.offset);
    this.#seen = Math.max(this.#seen, position.offset + bytesRead);
    if (bytesRead === 0) return this.#atEnd(position);
    const isFull = bytesRead === buffer.length;
    const chunk = buffer.subarray(0, bytesRead);
    const hole = holeBytes(chunk);
    if (hole > 0) {
      position.offset += hole;
      this.#hole += hole;
      return 'more';
    }
    if (this.#hole > 0)
      await this.#storeGap(position.offset, `${this.#hole} bytes dropped: only zeros are left of them`);
    const replaced = !isFull && this.#isReplaced(position);
    const split = splitLines(chunk, {
      open: position.open,
      flush: (flush && !isFull) || replaced,
      blockBytes: BLOCK_BYTES,
    });
    const base = position.offset;
    if (split.blocks.length > 0)
      await this.#options.stream.store(split.blocks.map((lines) => this.#block(lines, base + lines.consumed)));
    position.offset = base + split.consumed;
    position.open = split.open;
    if (isFull || replaced) return 'more';
    return split.consumed < bytesRead ? 'unfinished-line' : 'end';
  }

  async #atEnd(position: RawPosition): Promise<'more' | 'end'> {
    const size = Number((await this.#stat()).size);
    if (size < position.offset) {
      const unread = Math.max(0, this.#seen - position.offset);
      await this.#storeGap(0, `output file was cut short: at least ${unread} bytes dropped`);
      this.#seen = 0;
      position.offset = 0;
      position.open = false;
      return 'more';
    }
    if (!this.#isReplaced(position)) return 'end';
    await this.close();
    return 'more';
  }

  #block(lines: StoredBlock['lines'], end: number): StoredBlock {
    const { source, name } = this.#options;
    return { source, stream: name, lines, raw: { stream: name, end } };
  }

  async #storeGap(end: number, content: string): Promise<void> {
    const payload = Buffer.from(`${this.name}: ${content}`);
    const lines = { payload, count: 1, ascii: true, partial: false };
    const raw = { stream: this.name, end };
    await this.#options.stream.store([{ source: this.#options.source, stream: 'system', lines, raw }]);
    this.#hole = 0;
  }

  #isReplaced(position: RawPosition): boolean {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return found !== undefined && fileId(found) !== position.file;
  }

  /** Opens the file where the stream left off in it; false while there is no file. */
  async #open(): Promise<boolean> {
    if (this.#handle !== undefined) return true;
    const { stream, source, name, path } = this.#options;
    try {
      this.#handle = await open(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    try {
      const file = fileId(await this.#stat());
      const known = stream.position(source.instance, name);
      if (known?.file !== file || known.path !== path) {
        const from = known?.file === file ? known : { offset: 0, open: false };
        await stream.storePosition({ ...from, instance: source.instance, stream: name, path, file });
      }
      this.#position = { ...(stream.position(source.instance, name) as RawPosition) };
      return true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #stat(): Promise<{ size: bigint; ino: bigint; dev: bigint; birthtimeNs: bigint }> {
    return (this.#handle as FileHandle).stat({ bigint: true });
  }
}

/** File systems give a number again to the next file, so the time of birth (0 where there is none) belongs to it. */
function fileId(found: { ino: bigint; dev: bigint; birthtimeNs: bigint }): string {
  return `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

/**
 * Bytes at the start of a chunk that were punched out of the file (they read as zeros) and should have been stored
 * before, as after a stream was removed while its instance went on. Fewer than a page of zeros are output.
 */
function holeBytes(chunk: Buffer): number {
  let bytes = 0;
  while (
    bytes + ZEROS.length <= chunk.length &&
    chunk.compare(ZEROS, 0, ZEROS.length, bytes, bytes + ZEROS.length) === 0
  ) {
    bytes += ZEROS.length;
  }
  return bytes;
}
