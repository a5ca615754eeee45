/** Of a frame: stream, three zeros, length in big-endian. */
const headerBytes = 8;

/**
 * What a command without a terminal writes, as pieces that begin with 1 (stdout) or 2 (stderr). The engine sends frames whose
 * parts come as they come (`POST /exec/{id}/start`, "Stream format").
 */
export async function* readOutputs(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  /** Of the frame that is being read. */
  let stream = 1;
  let left = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (left > 0 ? rest.length > 0 : rest.length >= headerBytes) {
      if (left === 0) {
        stream = rest[0] === 2 ? 2 : 1;
        left = rest.readUInt32BE(4);
        rest = rest.subarray(headerBytes);
        continue;
      }
      const piece = rest.subarray(0, left);
      yield Buffer.concat([Buffer.from([stream]), piece]);
      left -= piece.length;
      rest = rest.subarray(piece.length);
    }
  }
}
