import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSegmentHeader, segmentFileName } from './segment-format.ts';
import type { SegmentIndex } from './segment-index.ts';
import { createSegmentIndex, loadIndex, saveIndex, scanSegment } from './segment-index.ts';

/** A file that nobody read for this long is closed, and its index forgotten. */
const IDLE_MS = 10_000;

/**
 * One segment file. Opened when it is first used and closed some time after its last use, so that going through pages
 * opens it once, and an old segment costs no descriptor and no memory.
 */
export class SegmentFile {
  readonly firstSeq: number;
  readonly path: string;
  /** Length of the file; of the newest segment the part that was written whole. */
  bytes: number;
  #handle: Promise<FileHandle> | undefined;
  #index: Promise<SegmentIndex> | undefined;
  #users = 0;
  #idleMs = IDLE_MS;
  #idle: NodeJS.Timeout | undefined;

  constructor(folder: string, firstSeq: number, bytes: number) {
    this.firstSeq = firstSeq;
    this.path = join(folder, segmentFileName(firstSeq));
    this.bytes = bytes;
  }

  get indexPath(): string {
    return this.path.replace(/\.log$/, '.idx');
  }

  /**
   * Lends the open file and the index to `use`.
   * @throws ENOENT when retention removed it meanwhile
   */
  async with<T>(use: (handle: FileHandle, index: SegmentIndex) => Promise<T>): Promise<T> {
    this.#users += 1;
    clearTimeout(this.#idle);
    try {
      this.#handle ??= open(this.path, 'r+');
      const handle = await this.#handle;
      this.#index ??= this.#findIndex(handle);
      return await use(handle, await this.#index);
    } catch (error) {
      if (this.#users === 1) await this.#release();
      throw error;
    } finally {
      this.unpin();
    }
  }

  /** Forces it to the disk; nothing to do when retention removed it meanwhile. */
  async datasync(): Promise<void> {
    const handle = await this.pin().catch(ignoreMissing);
    try {
      await handle?.datasync();
    } finally {
      this.unpin();
    }
  }

  /** Gives the newest segment its index, which lives in memory and grows. */
  setIndex(index: SegmentIndex): void {
    this.#index = Promise.resolve(index);
    this.bytes = index.bytes;
  }

  /** Keeps the file open until {@link unpin}. */
  async pin(): Promise<FileHandle> {
    this.#users += 1;
    clearTimeout(this.#idle);
    this.#handle ??= open(this.path, 'r+');
    return await this.#handle;
  }

  unpin(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    if (this.#idleMs === 0) void this.#release();
    else this.#idle = setTimeout(() => void this.#release(), this.#idleMs).unref();
  }

  /** Closes it now, or when the last who uses it is done. */
  async close(): Promise<void> {
    this.#idleMs = 0;
    clearTimeout(this.#idle);
    if (this.#users === 0) await this.#release();
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.indexPath, { force: true });
    await this.close();
  }

  async #findIndex(handle: FileHandle): Promise<SegmentIndex> {
    const saved = await loadIndex(this.indexPath, this.bytes);
    if (saved !== undefined) return saved;
    const index = (await scanSegment(handle))?.index ?? createSegmentIndex(this.firstSeq);
    // Only what is whole can be told by its length to be the index of this file.
    if (index.bytes === this.bytes) await saveIndex(this.indexPath, index);
    return index;
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#index = undefined;
    await (await handle?.catch(() => undefined))?.close();
  }
}

/**
 * Makes the file of a new segment, whole or not at all, with the blocks it begins with. It is not forced to the disk here,
 * since the writer waits for this; {@link SegmentWriter.sync} does that before anybody relies on it.
 */
export async function createSegmentFile(
  folder: string,
  firstSeq: number,
  now: number,
  blocks: readonly Buffer[],
): Promise<SegmentFile> {
  const bytes = Buffer.concat([encodeSegmentHeader(firstSeq, now), ...blocks]);
  const segment = new SegmentFile(folder, firstSeq, bytes.length);
  const temporary = `${segment.path}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
  await rename(temporary, segment.path);
  return segment;
}

/** @throws whatever else it is than a file that is not there */
export function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

/** A segment that is there already. */
export async function findSegmentFile(folder: string, firstSeq: number): Promise<SegmentFile> {
  const segment = new SegmentFile(folder, firstSeq, 0);
  segment.bytes = (await stat(segment.path)).size;
  return segment;
}
