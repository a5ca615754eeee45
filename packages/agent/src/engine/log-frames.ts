/** One piece of output as the Docker engine keeps it: a line, or a part of one that was too long. */
export interface LogFrame {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 with nine digits of a second: in one stream never lower than in the frame before. */
  at: string;
  /** As it was written, with its newline unless it is a part. */
  content: Buffer;
}

const HEADER_BYTES = 8;
const SPACE = 0x20;
const LONGEST_STAMP = 64;

/**
 * Reads the answer of `GET /containers/{id}/logs?timestamps=1` of a container without a terminal: frames of an 8-byte header
 * (stream, three zeros, length in big-endian) and a payload that begins with a time and a space.
 */
export function createFrameReader(): (chunk: Buffer) => LogFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: LogFrame[] = [];
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const start = at + HEADER_BYTES;
      const end = start + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      const stream = bytes[at] === 2 ? 'stderr' : 'stdout';
      const space = bytes.subarray(start, Math.min(end, start + LONGEST_STAMP)).indexOf(SPACE);
      if (space > 0) {
        const content = bytes.subarray(start + space + 1, end);
        frames.push({ stream, at: bytes.toString('latin1', start, start + space), content });
      }
      at = end;
    }
    rest = Buffer.from(bytes.subarray(at));
    return frames;
  };
}
