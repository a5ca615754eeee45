import type { FileHandle } from 'node:fs/promises';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { BlockHeader } from './segment-format.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  decodeBlockHeader,
  decodeSegmentHeader,
  FLAG_PARTIAL,
  isBlockIntact,
  MAX_PAYLOAD_BYTES,
  SEGMENT_HEADER_BYTES,
} from './segment-format.ts';

/** Who wrote a line. Kept once a segment. */
export interface LogSource {
  instance: string;
  labels: Record<string, string>;
}

/** Up to where one output file of an instance is stored. */
export interface RawPosition {
  instance: string;
  stream: 'stdout' | 'stderr';
  path: string;
  /** Which file this was, so that another one by the same name is read from its start. */
  file: string;
  offset: number;
  /** The last record of it was partial. */
  open: boolean;
}

/** Some blocks in a row, about {@link SPAN_BYTES} long: the unit in which a segment is read. */
export interface Span {
  offset: number;
  firstSeq: number;
  minTime: number;
  maxTime: number;
}

/**
 * What is known of a segment without reading it: enough to find a sequence number or a time by one short read, and to
 * pass over a segment in which an instance does not occur.
 */
export interface SegmentIndex {
  firstSeq: number;
  endSeq: number;
  /** Length of the part of the file that holds whole blocks. */
  bytes: number;
  spans: Span[];
  sources: LogSource[];
}

/** 64 KiB: some 600 lines. Half of it makes a page no faster, twice as much makes one of few lines slower. */
const SPAN_BYTES = 64 * 1024;

const INDEX_VERSION = 1;
const SCAN_BYTES = 1024 * 1024;

export function createSegmentIndex(firstSeq: number): SegmentIndex {
  return { firstSeq, endSeq: firstSeq, bytes: SEGMENT_HEADER_BYTES, spans: [], sources: [] };
}

/** Notes a block of lines that begins at `offset`. */
export function addToIndex(index: SegmentIndex, offset: number, block: BlockHeader): void {
  index.endSeq = block.firstSeq + block.count;
  index.bytes = offset + BLOCK_HEADER_BYTES + block.payloadBytes;
  const span = index.spans.at(-1);
  if (span === undefined || offset - span.offset >= SPAN_BYTES) {
    index.spans.push({ offset, firstSeq: block.firstSeq, minTime: block.time, maxTime: block.time });
    return;
  }
  // The clock of a machine may be set back: a span is searched by the bounds of its times, not by their order.
  span.minTime = Math.min(span.minTime, block.time);
  span.maxTime = Math.max(span.maxTime, block.time);
}

/** Where the span at `at` ends: at the next one, or at the end of the segment. */
export function spanEnd(index: SegmentIndex, at: number): number {
  return index.spans[at + 1]?.offset ?? index.bytes;
}

/** Number of the last span that begins at or before `seq`; 0 when none does. */
export function spanOf(index: SegmentIndex, seq: number): number {
  let low = 0;
  let high = index.spans.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((index.spans[middle] as Span).firstSeq <= seq) low = middle;
    else high = middle;
  }
  return low;
}

export function positionKey(instance: string, stream: string): string {
  return `${stream} ${instance}`;
}

/**
 * Reads a segment from its start up to the first block that is not whole and intact, which is where a crash cut it.
 * Undefined when not even its header is there.
 */
export async function scanSegment(
  handle: FileHandle,
): Promise<{ index: SegmentIndex; positions: Map<string, RawPosition> } | undefined> {
  const head = Buffer.alloc(SEGMENT_HEADER_BYTES);
  await handle.read(head, 0, head.length, 0);
  const firstSeq = decodeSegmentHeader(head);
  if (firstSeq === undefined) return undefined;
  const index = createSegmentIndex(firstSeq);
  const positions = new Map<string, RawPosition>();
  const buffer = Buffer.allocUnsafe(SCAN_BYTES + BLOCK_HEADER_BYTES + MAX_PAYLOAD_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, index.bytes);
    const bytes = buffer.subarray(0, bytesRead);
    let offset = 0;
    while (offset < SCAN_BYTES) {
      const block = decodeBlockHeader(bytes, offset);
      const expected = block?.firstSeq === index.endSeq;
      if (block === undefined || !expected || !isBlockIntact(bytes, offset, block.payloadBytes)) {
        return { index, positions };
      }
      const start = offset + BLOCK_HEADER_BYTES;
      offset = start + block.payloadBytes;
      if (block.kind === BLOCK_KIND.lines) {
        addToIndex(index, index.bytes, block);
        movePosition(positions, index.sources[block.source]?.instance ?? '', block);
      } else {
        index.bytes += BLOCK_HEADER_BYTES + block.payloadBytes;
        noteJson(index, positions, block.kind, bytes.toString('utf8', start, offset));
      }
    }
  }
}

function noteJson(index: SegmentIndex, positions: Map<string, RawPosition>, kind: number, json: string): void {
  if (kind === BLOCK_KIND.source) index.sources.push(JSON.parse(json) as LogSource);
  if (kind !== BLOCK_KIND.position) return;
  const position = JSON.parse(json) as RawPosition;
  positions.set(positionKey(position.instance, position.stream), position);
}

/** Follows what a stored block of lines says about the output file it came from. */
export function movePosition(
  positions: Map<string, RawPosition>,
  instance: string,
  block: Pick<BlockHeader, 'rawStream' | 'rawEnd' | 'flags'>,
): void {
  if (block.rawStream === 0) return;
  const position = positions.get(positionKey(instance, block.rawStream === 1 ? 'stdout' : 'stderr'));
  if (position === undefined) return;
  position.offset = block.rawEnd;
  position.open = (block.flags & FLAG_PARTIAL) !== 0;
}

/** Keeps the index of a finished segment beside it. It may be lost: it is then made anew from the segment. */
export async function saveIndex(path: string, index: SegmentIndex): Promise<void> {
  const spans = index.spans.map((span) => [span.offset, span.firstSeq, span.minTime, span.maxTime]);
  await writeFile(`${path}.new`, JSON.stringify({ version: INDEX_VERSION, ...index, spans }));
  await rename(`${path}.new`, path);
}

/** The index of a finished segment of `bytes` bytes, or undefined when there is none that fits it. */
export async function loadIndex(path: string, bytes: number): Promise<SegmentIndex | undefined> {
  try {
    const { version, ...saved } = JSON.parse(await readFile(path, 'utf8')) as {
      version: number;
      firstSeq: number;
      endSeq: number;
      bytes: number;
      spans: [number, number, number, number][];
      sources: LogSource[];
    };
    if (version !== INDEX_VERSION || saved.bytes !== bytes) return undefined;
    const spans = saved.spans.map(([offset, firstSeq, minTime, maxTime]) => ({ offset, firstSeq, minTime, maxTime }));
    return { ...saved, spans };
  } catch {
    return undefined;
  }
}
