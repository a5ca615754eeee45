import { createHmac, type Hmac } from 'node:crypto';
import { z } from 'zod';

// A file: the line MAGIC, a line of JSON (the header), a gzip stream of frames, and 32 bytes: the HMAC-SHA256 of all that
// is before them, under a key that comes from the root key. A frame: type (1 byte) · length (4, big endian) · payload.
// docs/adr/0025-backups-of-the-platform.md says why.
export const MAGIC = 'davit-backup 1\n';
export const MAC_BYTES = 32;
const LARGEST_HEADER = 1024 * 1024;

/** What can be read of a backup without a key. */
export const backupHeader = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  /** Whose backup it is; older ones do not say. */
  installation: z.string().optional(),
  /** The version of davit that made it. */
  version: z.string(),
  /** Names the root key that its secrets need; tells nothing about it. */
  rootKeyId: z.string(),
  /** Those that the database had, in their order. */
  migrations: z.array(z.strictObject({ name: z.string(), checksum: z.string() })),
});
export type BackupHeader = z.output<typeof backupHeader>;

const tablePart = z.strictObject({ part: z.literal('table'), name: z.string(), columns: z.array(z.string()) });
const sequencePart = z.strictObject({
  part: z.literal('sequence'),
  name: z.string(),
  value: z.string().regex(/^-?\d+$/),
  isCalled: z.boolean(),
});
const filePart = z.strictObject({ part: z.literal('file'), path: z.string() });
/** A file that is not in it, and why: it has no data. */
const missingPart = z.strictObject({ part: z.literal('missing'), path: z.string(), why: z.string() });
/** What a part of the file is; its data follow. */
export const backupPart = z.discriminatedUnion('part', [tablePart, sequencePart, filePart, missingPart]);
export type BackupPart = z.output<typeof backupPart>;

/** What a part held. */
export const partEnd = z.strictObject({
  /** Of a table. */
  rows: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string(),
});
export type PartEnd = z.output<typeof partEnd>;

/** The last frame: what a whole file has. */
export const backupTotal = z.strictObject({
  tables: z.number().int(),
  rows: z.number().int(),
  files: z.number().int(),
  bytes: z.number().int(),
});
export type BackupTotal = z.output<typeof backupTotal>;

export const frameTypes = { begin: 1, data: 2, end: 3, total: 4 } as const;
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

/** COPY sends a row at a time: larger pieces are larger frames, and PostgreSQL has no row above 1 GiB. */
const LARGEST_FRAME = 1024 * 1024 * 1024;
const HEAD_BYTES = 5;

/** The bytes of a frame. */
export function encodeFrame(type: FrameType, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(type);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

/** As encodeFrame, for what is said in JSON. */
export function encodeJsonFrame(type: FrameType, value: unknown): Buffer {
  return encodeFrame(type, Buffer.from(JSON.stringify(value)));
}

export interface Frame {
  type: number;
  payload: Buffer;
}

/** Puts frames together from pieces of any size. Ends silently in the middle of one: the total frame says whether all was there. */
export async function* decodeFrames(pieces: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, undefined> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let wanted = HEAD_BYTES;
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < wanted) continue;
    let rest = waiting.length === 1 ? piece : Buffer.concat(waiting);
    for (;;) {
      wanted = HEAD_BYTES;
      if (rest.length < wanted) break;
      const length = rest.readUInt32BE(1);
      if (length > LARGEST_FRAME) throw new RangeError('a frame is too long');
      wanted = HEAD_BYTES + length;
      if (rest.length < wanted) break;
      yield { type: rest.readUInt8(), payload: rest.subarray(HEAD_BYTES, wanted) };
      rest = rest.subarray(wanted);
    }
    waiting = [rest];
    bytes = rest.length;
  }
}

/** Authenticates a whole file: whoever keeps backups cannot change what is in them. */
export function createBackupMac(rootKey: Uint8Array): Hmac {
  const key = createHmac('sha256', rootKey).update('davit backup').digest();
  return createHmac('sha256', key);
}

/** The header, and where the stream behind it begins; undefined when these bytes do not begin a backup. */
export function parseHead(start: Buffer): { header: BackupHeader; length: number } | undefined {
  if (!start.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return undefined;
  const end = start.indexOf(0x0a, MAGIC.length);
  if (end === -1 || end > LARGEST_HEADER) return undefined;
  try {
    const header = backupHeader.parse(JSON.parse(start.toString('utf8', MAGIC.length, end)));
    return { header, length: end + 1 };
  } catch {
    return undefined;
  }
}
