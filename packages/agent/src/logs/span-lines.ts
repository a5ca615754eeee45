import type { FileHandle } from 'node:fs/promises';
import type { LogLine } from '../protocol/protocol.ts';
import { createLineStamps } from './log-cursor.ts';
import type { LineFilter } from './log-filter.ts';
import type { BlockHeader } from './segment-format.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  decodeBlockHeader,
  FLAG_ASCII,
  FLAG_PARTIAL,
  STREAM_NAMES,
} from './segment-format.ts';
import type { SegmentIndex, Span } from './segment-index.ts';
import { spanEnd } from './segment-index.ts';

/** A block of lines in a buffer, or (without `header`) lines that should be there and cannot be read. */
interface FoundBlock {
  firstSeq: number;
  count: number;
  time: number;
  start: number;
  header?: BlockHeader;
}

/** Lines of some spans in a row, made only as far as somebody asks for them. */
export interface SpanLines {
  /** Wanted lines with sequence numbers from `from` up to (not with) `to`: the first `limit` of them, oldest first. */
  first(from: number, to: number, limit: number): LogLine[];
  /** The last `limit` of them, oldest first. */
  last(from: number, to: number, limit: number): LogLine[];
}

/** Reads spans `first` to `last` of a segment, whose lines end before `endSeq`, at once. */
export async function readSpans(
  handle: FileHandle,
  index: SegmentIndex,
  { first, last, endSeq }: { first: number; last: number; endSeq: number },
  filter: LineFilter,
): Promise<SpanLines> {
  // All of this is taken now: the index of the newest segment grows while its bytes are read.
  const start = (index.spans[first] as Span).offset;
  const nextSeq = index.spans[last + 1]?.firstSeq ?? endSeq;
  const length = spanEnd(index, last) - start;
  const spans = index.spans.slice(first, last + 1);
  const sources = index.sources.slice();
  const bytes = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await handle.read(bytes, 0, length, start);
  const blocks = findBlocks(bytes.subarray(0, bytesRead), start, spans, nextSeq);
  return linesOf(bytes, blocks, sources, filter);
}

/** Goes from block to block; where one is damaged, on to the next span, and says which lines are missing. */
function findBlocks(bytes: Buffer, base: number, spans: readonly Span[], endSeq: number): FoundBlock[] {
  const blocks: FoundBlock[] = [];
  for (const [at, span] of spans.entries()) {
    const end = spans[at + 1] === undefined ? bytes.length : (spans[at + 1] as Span).offset - base;
    let seq = span.firstSeq;
    let time = span.minTime;
    for (let offset = span.offset - base; offset < end; ) {
      const header = decodeBlockHeader(bytes, offset);
      if (header === undefined) break;
      const start = offset + BLOCK_HEADER_BYTES;
      offset = start + header.payloadBytes;
      if (header.kind !== BLOCK_KIND.lines) continue;
      if (header.firstSeq !== seq) break;
      blocks.push({ firstSeq: seq, count: header.count, time: header.time, start, header });
      seq += header.count;
      time = header.time;
    }
    const nextSeq = spans[at + 1]?.firstSeq ?? endSeq;
    if (seq < nextSeq) blocks.push({ firstSeq: seq, count: nextSeq - seq, time, start: 0 });
  }
  return blocks;
}

function linesOf(
  bytes: Buffer,
  blocks: readonly FoundBlock[],
  sources: SegmentIndex['sources'],
  filter: LineFilter,
): SpanLines {
  const stamps = createLineStamps();
  const wanted = sources.map((source) => filter.source(source));
  let whole: string | undefined;

  /** Decoding all blocks at once is what makes a page of one-line blocks cheap; the lines then share one string. */
  const textOf = (start: number, header: BlockHeader): string => {
    const end = start + header.payloadBytes;
    if (!filter.all || (header.flags & FLAG_ASCII) === 0) return bytes.toString('utf8', start, end);
    whole ??= bytes.toString('latin1');
    return whole.slice(start, end);
  };

  const gapLine = (block: FoundBlock): LogLine => ({
    cursor: stamps.cursor(block.firstSeq + block.count - 1),
    at: stamps.time(block.time),
    instance: '',
    labels: {},
    stream: 'system',
    content: `${block.count} lines of this log are damaged and cannot be shown`,
  });

  const linesOfBlock = (block: FoundBlock, from: number, to: number): LogLine[] => {
    const { header } = block;
    if (header === undefined) {
      const last = block.firstSeq + block.count - 1;
      return last >= from && last < to ? [gapLine(block)] : [];
    }
    const source = sources[header.source];
    if (source === undefined || !wanted[header.source] || !filter.times(block.time, block.time)) return [];
    const text = textOf(block.start, header);
    if (filter.text !== undefined && !text.toLowerCase().includes(filter.text)) return [];
    const contents = header.count === 1 ? [text] : text.split('\n');
    const at = stamps.time(block.time);
    const stream = STREAM_NAMES[header.stream] ?? 'system';
    const lines: LogLine[] = [];
    const end = Math.min(contents.length, to - block.firstSeq);
    for (let i = Math.max(0, from - block.firstSeq); i < end; i += 1) {
      const content = contents[i] as string;
      if (filter.text !== undefined && !content.toLowerCase().includes(filter.text)) continue;
      const cursor = stamps.cursor(block.firstSeq + i);
      // A found line must not keep the 64 KiB alive that it was cut from.
      const kept = filter.text === undefined ? content : Buffer.from(content).toString();
      const line: LogLine = { cursor, at, instance: source.instance, labels: source.labels, stream, content: kept };
      if ((header.flags & FLAG_PARTIAL) !== 0) line.partial = true;
      lines.push(line);
    }
    return lines;
  };

  return {
    first(from, to, limit) {
      const lines: LogLine[] = [];
      for (const block of blocks) {
        if (block.firstSeq + block.count <= from) continue;
        if (block.firstSeq >= to || lines.length >= limit) break;
        for (const line of linesOfBlock(block, from, to)) lines.push(line);
      }
      return lines.length > limit ? lines.slice(0, limit) : lines;
    },
    last(from, to, limit) {
      const parts: LogLine[][] = [];
      let found = 0;
      for (let at = blocks.length - 1; at >= 0 && found < limit; at -= 1) {
        const block = blocks[at] as FoundBlock;
        if (block.firstSeq >= to) continue;
        if (block.firstSeq + block.count <= from) break;
        const lines = linesOfBlock(block, from, to);
        found += lines.length;
        parts.push(lines);
      }
      const lines = parts.reverse().flat();
      return lines.length > limit ? lines.slice(lines.length - limit) : lines;
    },
  };
}
