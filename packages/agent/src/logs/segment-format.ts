/**
 * Bytes of a segment file: a header, then blocks. Everything is little-endian.
 *
 * A block of lines holds lines of one instance and one stream which were read at one moment: time, source and position
 * are written once for all of them, and the lines themselves stay as they are, separated by `\n`. (A JSON record a line
 * was measured first: it costs more to write than the whole rest of the collector.) Small blocks of JSON carry what is
 * said once a segment: who a source is, and up to where each output file was stored.
 */
import { crc32 } from 'node:zlib';
import type { LogLine } from '../protocol/protocol.ts';

export const SEGMENT_HEADER_BYTES = 32;
export const BLOCK_HEADER_BYTES = 48;
/** No block is longer: anything else in its place is damage. One line of 64 KiB may triple when it is made UTF-8. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

const SEGMENT_MAGIC = 0x474c5644; // "DVLG"
const SEGMENT_VERSION = 1;
const BLOCK_MAGIC = 0x424c5644; // "DVLB"

/** What a block is. `lines` are log lines; the two others are JSON. */
export const BLOCK_KIND = { lines: 1, source: 2, position: 3 } as const;

export type StreamName = LogLine['stream'];
/** Index = the number that stands for the stream in a block. */
export const STREAM_NAMES: readonly StreamName[] = ['system', 'stdout', 'stderr'];

/** The one line of this block goes on in the next record of its instance and stream. */
export const FLAG_PARTIAL = 1;
/** The payload is ASCII, so that a reader may decode it as latin1, many blocks at once. */
export const FLAG_ASCII = 2;

export interface BlockHeader {
  kind: number;
  payloadBytes: number;
  /** Lines in the payload. */
  count: number;
  /** Sequence number of the first line; the others follow without a gap. */
  firstSeq: number;
  /** Milliseconds since the epoch. */
  time: number;
  /** Index into the segment's table of sources. */
  source: number;
  /** Index into {@link STREAM_NAMES}. */
  stream: number;
  /** The output file whose position this block moves: index into {@link STREAM_NAMES}, 0 for none. */
  rawStream: number;
  /** Bytes of that output file which are stored once this block is. */
  rawEnd: number;
  flags: number;
}

export function encodeSegmentHeader(firstSeq: number, createdAt: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.writeUInt32LE(SEGMENT_MAGIC, 0);
  header.writeUInt32LE(SEGMENT_VERSION, 4);
  header.writeDoubleLE(firstSeq, 8);
  header.writeDoubleLE(createdAt, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 24)), 24);
  return header;
}

/** First sequence number of a segment, or undefined when this is not the head of one. */
export function decodeSegmentHeader(bytes: Buffer): number | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined;
  if (bytes.readUInt32LE(0) !== SEGMENT_MAGIC || bytes.readUInt32LE(4) !== SEGMENT_VERSION) return undefined;
  if (bytes.readUInt32LE(24) !== crc32(bytes.subarray(0, 24))) return undefined;
  return bytes.readDoubleLE(8);
}

export function encodeBlockHeader(block: BlockHeader, payload: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(BLOCK_HEADER_BYTES);
  header.writeUInt32LE(BLOCK_MAGIC, 0);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(block.count, 12);
  header.writeDoubleLE(block.firstSeq, 16);
  header.writeDoubleLE(block.time, 24);
  header.writeDoubleLE(block.rawEnd, 32);
  header.writeUInt32LE(block.source, 40);
  header[44] = block.kind;
  header[45] = block.stream;
  header[46] = block.rawStream;
  header[47] = block.flags;
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(12))), 8);
  return header;
}

/** A block that holds JSON: a source or a position. */
export function encodeJsonBlock(kind: number, firstSeq: number, time: number, value: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(value));
  const block = { kind, payloadBytes: payload.length, count: 0, firstSeq, time, source: 0, stream: 0 };
  return Buffer.concat([encodeBlockHeader({ ...block, rawStream: 0, rawEnd: 0, flags: 0 }, payload), payload]);
}

/** A block that was found in a buffer. */
export interface FoundBlock extends BlockHeader {
  payloadStart: number;
}

/** The block at `offset`, or undefined when no whole block is there. Its checksum is not looked at. */
export function decodeBlockHeader(bytes: Buffer, offset: number): FoundBlock | undefined {
  if (offset + BLOCK_HEADER_BYTES > bytes.length || bytes.readUInt32LE(offset) !== BLOCK_MAGIC) return undefined;
  const payloadBytes = bytes.readUInt32LE(offset + 4);
  if (payloadBytes > MAX_PAYLOAD_BYTES || offset + BLOCK_HEADER_BYTES + payloadBytes > bytes.length) return undefined;
  return {
    payloadStart: offset + BLOCK_HEADER_BYTES,
    payloadBytes,
    count: bytes.readUInt32LE(offset + 12),
    firstSeq: bytes.readDoubleLE(offset + 16),
    time: bytes.readDoubleLE(offset + 24),
    rawEnd: bytes.readDoubleLE(offset + 32),
    source: bytes.readUInt32LE(offset + 40),
    kind: bytes[offset + 44] ?? 0,
    stream: bytes[offset + 45] ?? 0,
    rawStream: bytes[offset + 46] ?? 0,
    flags: bytes[offset + 47] ?? 0,
  };
}

/** Whether the block at `offset`, which {@link decodeBlockHeader} found whole, is what was written. */
export function isBlockIntact(bytes: Buffer, offset: number, payloadBytes: number): boolean {
  const end = offset + BLOCK_HEADER_BYTES + payloadBytes;
  const sum = crc32(
    bytes.subarray(offset + BLOCK_HEADER_BYTES, end),
    crc32(bytes.subarray(offset + 12, offset + BLOCK_HEADER_BYTES)),
  );
  return bytes.readUInt32LE(offset + 8) === sum;
}

/** Name of the segment that begins with this sequence number; names sort as the numbers do. */
export function segmentFileName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, '0')}.log`;
}
