import type { FileHandle } from 'node:fs/promises';
import type { LogLine } from '../protocol/protocol.ts';
import { createLineStamps } from './log-cursor.ts';
import type { LineFilter } from './log-filter.ts';
import type { FoundBlock } from './segment-format.ts';
import { BLOCK_KIND, decodeBlockHeader, FLAG_ASCII, FLAG_PARTIAL, STREAM_NAMES } from './segment-format.ts';
import type { SegmentIndex, Span } from './segment-index.ts';
import { spanEnd } from './segment-index.ts';

/** Stands among the kinds of blocks for lines that should be there and cannot be read. */
const DAMAGED = -1;

/** Smaller blocks are decoded all at once: it is the number of calls that costs then, not the bytes. */
const SMALL_BYTES = 2048;

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
    for (let offset = span.offset - base; offset < end; ) {
      const block = decodeBlockHeader(bytes, offset);
      if (block === undefined) break;
      offset = block.payloadStart + block.payloadBytes;
      if (block.kind !== BLOCK_KIND.lines) continue;
      if (block.firstSeq !== seq) break;
      blocks.push(block);
      seq += block.count;
    }
    const nextSeq = spans[at + 1]?.firstSeq ?? endSeq;
    if (seq < nextSeq) blocks.push(damagedBlock(seq, nextSeq - seq, span.minTime));
  }
  return blocks;
}

function damagedBlock(firstSeq: number, count: number, time: number): FoundBlock {
  const nothing = { payloadStart: 0, payloadBytes: 0, source: 0, stream: 0, rawStream: 0, rawEnd: 0, flags: 0 };
  return { ...nothing, kind: DAMAGED, firstSeq, count, time };
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

  const textOf = ({ payloadStart, payloadBytes, flags }: FoundBlock): string => {
    const end = payloadStart + payloadBytes;
    const isAscii = (flags & FLAG_ASCII) !== 0;
    if (!filter.all || !isAscii || payloadBytes > SMALL_BYTES) return bytes.toString('utf8', payloadStart, end);
    whole ??= bytes.toString('latin1');
    return whole.slice(payloadStart, end);
  };

  const pushGap = (block: FoundBlock, from: number, to: number, lines: LogLine[]): void => {
    const last = block.firstSeq + block.count - 1;
    if (last < from || last >= to) return;
    const content = `${block.count} lines of this log are damaged and cannot be shown`;
    const at = stamps.time(block.time);
    lines.push({ cursor: stamps.cursor(last), at, instance: '', labels: {}, stream: 'system', content });
  };

  const pushLines = (block: FoundBlock, from: number, to: number, lines: LogLine[]): void => {
    if (block.kind === DAMAGED) return pushGap(block, from, to, lines);
    const source = sources[block.source];
    if (source === undefined || !wanted[block.source] || !filter.times(block.time, block.time)) return;
    const stream = STREAM_NAMES[block.stream] ?? 'system';
    if (filter.stream !== undefined && stream !== filter.stream) return;
    const text = textOf(block);
    if (filter.text !== undefined && !text.toLowerCase().includes(filter.text)) return;
    const contents = block.count === 1 ? [text] : text.split('\n');
    const at = stamps.time(block.time);
    const { instance, labels } = source;
    const end = Math.min(contents.length, to - block.firstSeq);
    for (let i = Math.max(0, from - block.firstSeq); i < end; i += 1) {
      let content = contents[i] as string;
      if (filter.text !== undefined) {
        if (!content.toLowerCase().includes(filter.text)) continue;
        // A found line must not keep the 64 KiB alive that it was cut from.
        content = Buffer.from(content).toString();
      }
      const line: LogLine = { cursor: stamps.cursor(block.firstSeq + i), at, instance, labels, stream, content };
      if ((block.flags & FLAG_PARTIAL) !== 0) line.partial = true;
      lines.push(line);
    }
  };

  return {
    first(from, to, limit) {
      const lines: LogLine[] = [];
      for (const block of blocks) {
        if (block.firstSeq + block.count <= from) continue;
        if (block.firstSeq >= to || lines.length >= limit) break;
        pushLines(block, from, to, lines);
      }
      return lines.length > limit ? lines.slice(0, limit) : lines;
    },
    last(from, to, limit) {
      const parts: LogLine[][] = [];
      let found = 0;
      for (let end = blocks.length; end > 0 && found < limit; ) {
        const start = filter.all ? blockOf(blocks, Math.max(from, to - limit)) : end - 1;
        const lines: LogLine[] = [];
        for (const block of blocks.slice(start, end)) {
          if (block.firstSeq + block.count > from && block.firstSeq < to) pushLines(block, from, to, lines);
        }
        found += lines.length;
        parts.push(lines);
        end = filter.all ? 0 : start;
      }
      const lines = parts.length === 1 ? (parts[0] as LogLine[]) : parts.reverse().flat();
      return lines.length > limit ? lines.slice(lines.length - limit) : lines;
    },
  };
}

/** Number of the block that holds a line, or of the first one after it. */
function blockOf(blocks: readonly FoundBlock[], seq: number): number {
  const at = blocks.findIndex((block) => block.firstSeq + block.count > seq);
  return at === -1 ? 0 : at;
}
