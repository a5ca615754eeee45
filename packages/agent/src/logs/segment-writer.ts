import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { LineBlock } from './raw-lines.ts';
import type { SegmentFile } from './segment-file.ts';
import { createSegmentFile } from './segment-file.ts';
import type { BlockHeader, StreamName } from './segment-format.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  encodeBlockHeader,
  encodeJsonBlock,
  FLAG_ASCII,
  FLAG_PARTIAL,
  STREAM_NAMES,
} from './segment-format.ts';
import type { LogSource, RawPosition, SegmentIndex } from './segment-index.ts';
import { addToIndex, createSegmentIndex, movePosition, positionKey, saveIndex } from './segment-index.ts';

/** Lines of one instance and one stream that are to be stored. */
export interface StoredBlock {
  source: LogSource;
  stream: StreamName;
  lines: Omit<LineBlock, 'consumed'>;
  /** The output file they come from, and how much of it is stored with them. */
  raw?: { stream: 'stdout' | 'stderr'; end: number };
}

export interface SegmentWriterState {
  folder: string;
  segment: SegmentFile;
  index: SegmentIndex;
  positions: Map<string, RawPosition>;
  /** Whether somebody reads the output file of this position now; its position is then kept even without a file. */
  isRead: (key: string) => boolean;
}

interface Batch {
  parts: Uint8Array[];
  bytes: number;
  blocks: { offset: number; header: BlockHeader; instance: string }[];
  sources: LogSource[];
}

/**
 * Appends to the newest segment of a stream and begins a new one when it is full. Calls must not overlap, but for
 * {@link SegmentWriter.sync}.
 */
export class SegmentWriter {
  segment: SegmentFile;
  index: SegmentIndex;
  readonly positions: Map<string, RawPosition>;
  readonly #folder: string;
  readonly #isRead: (key: string) => boolean;
  #sourceIds = new Map<string, number>();
  #unsynced = new Set<SegmentFile>();

  constructor(state: SegmentWriterState) {
    this.segment = state.segment;
    this.index = state.index;
    this.positions = state.positions;
    this.#folder = state.folder;
    this.#isRead = state.isRead;
    for (const [id, source] of state.index.sources.entries()) this.#sourceIds.set(sourceKey(source), id);
  }

  /**
   * Stores blocks in their order; `rotated` is told each new segment. When this fails some of the first blocks may be
   * stored: the positions tell which.
   */
  async write(
    blocks: readonly StoredBlock[],
    now: number,
    segmentBytes: number,
    rotated: (segment: SegmentFile) => void,
  ): Promise<void> {
    let batch = emptyBatch();
    for (const block of blocks) {
      const end = this.index.bytes + batch.bytes + BLOCK_HEADER_BYTES + block.lines.payload.length;
      if (end > segmentBytes && (this.hasLines || batch.blocks.length > 0)) {
        await this.#flush(batch);
        rotated(await this.rotate(now));
        batch = emptyBatch();
      }
      this.#add(batch, block, now);
    }
    await this.#flush(batch);
  }

  get hasLines(): boolean {
    return this.index.endSeq > this.index.firstSeq;
  }

  /** Stores from which file, and from where in it, an output is read from now on. */
  async writePosition(position: RawPosition, now: number): Promise<void> {
    const block = encodeJsonBlock(BLOCK_KIND.position, this.index.endSeq, now, position);
    await this.#append([block], block.length);
    this.index.bytes += block.length;
    this.segment.bytes = this.index.bytes;
    this.positions.set(positionKey(position.instance, position.stream), { ...position });
  }

  /** Begins a new segment, which repeats the positions of all outputs whose files are still there. */
  async rotate(now: number): Promise<SegmentFile> {
    for (const [key, position] of this.positions) {
      if (!this.#isRead(key) && !existsSync(position.path)) this.positions.delete(key);
    }
    const carried = [...this.positions.values()].map((position) =>
      encodeJsonBlock(BLOCK_KIND.position, this.index.endSeq, now, position),
    );
    const next = await createSegmentFile(this.#folder, this.index.endSeq, now, carried);
    await saveIndex(this.segment.indexPath, this.index);
    await next.pin();
    this.segment.unpin();
    this.#unsynced.add(this.segment);
    this.segment = next;
    this.index = createSegmentIndex(next.firstSeq);
    this.index.bytes = next.bytes;
    next.setIndex(this.index);
    this.#sourceIds.clear();
    this.#unsynced.add(next);
    return next;
  }

  /** Returns when everything that is stored now would survive a power cut. May overlap with writes. */
  async sync(): Promise<void> {
    const segments = [...this.#unsynced];
    if (segments.length === 0) return;
    this.#unsynced.clear();
    try {
      for (const segment of segments) await segment.datasync();
      await using folder = await open(this.#folder, 'r');
      await folder.sync();
    } catch (error) {
      for (const segment of segments) this.#unsynced.add(segment);
      throw error;
    }
  }

  #add(batch: Batch, { source, stream, lines, raw }: StoredBlock, now: number): void {
    const key = sourceKey(source);
    const firstSeq = batch.blocks.length === 0 ? this.index.endSeq : endOf(batch);
    let id = this.#sourceIds.get(key);
    if (id === undefined) {
      id = this.index.sources.length + batch.sources.length;
      this.#sourceIds.set(key, id);
      batch.sources.push(source);
      const definition = encodeJsonBlock(BLOCK_KIND.source, firstSeq, now, source);
      batch.parts.push(definition);
      batch.bytes += definition.length;
    }
    const header: BlockHeader = {
      kind: BLOCK_KIND.lines,
      payloadBytes: lines.payload.length,
      count: lines.count,
      firstSeq,
      time: now,
      source: id,
      stream: STREAM_NAMES.indexOf(stream),
      rawStream: raw === undefined ? 0 : STREAM_NAMES.indexOf(raw.stream),
      rawEnd: raw?.end ?? 0,
      flags: (lines.partial ? FLAG_PARTIAL : 0) | (lines.ascii ? FLAG_ASCII : 0),
    };
    batch.blocks.push({ offset: this.index.bytes + batch.bytes, header, instance: source.instance });
    batch.parts.push(encodeBlockHeader(header, lines.payload), lines.payload);
    batch.bytes += BLOCK_HEADER_BYTES + lines.payload.length;
  }

  /** What is known of the segment changes only after all bytes are in the file: readers never see half a batch. */
  async #flush(batch: Batch): Promise<void> {
    if (batch.bytes === 0) return;
    try {
      await this.#append(batch.parts, batch.bytes);
    } catch (error) {
      for (const source of batch.sources) this.#sourceIds.delete(sourceKey(source));
      throw error;
    }
    this.index.sources.push(...batch.sources);
    for (const { offset, header, instance } of batch.blocks) {
      addToIndex(this.index, offset, header);
      movePosition(this.positions, instance, header);
    }
    this.segment.bytes = this.index.bytes;
  }

  async #append(parts: Uint8Array[], length: number): Promise<void> {
    const { segment, index } = this;
    this.#unsynced.add(segment);
    await segment.with(async (handle) => {
      try {
        const { bytesWritten } = await handle.writev(parts, index.bytes);
        if (bytesWritten < length) await writeRest(handle, Buffer.concat(parts, length), index.bytes, bytesWritten);
      } catch (error) {
        // A full disk leaves half a block behind, which the next write must not be confused by.
        await handle.truncate(index.bytes);
        throw error;
      }
    });
  }
}

/** After a short write, which a full disk makes: this goes on, or throws what is the matter. */
async function writeRest(handle: FileHandle, bytes: Buffer, position: number, written: number): Promise<void> {
  for (let done = written; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

function emptyBatch(): Batch {
  return { parts: [], bytes: 0, blocks: [], sources: [] };
}

function endOf(batch: Batch): number {
  const last = batch.blocks.at(-1)?.header;
  return last === undefined ? 0 : last.firstSeq + last.count;
}

const keys = new WeakMap<LogSource, string>();

/** Sources are compared by value; a collector hands in the same object with every block, so its key is made once. */
function sourceKey(source: LogSource): string {
  let key = keys.get(source);
  if (key === undefined) {
    key = JSON.stringify([source.instance, source.labels]);
    keys.set(source, key);
  }
  return key;
}
