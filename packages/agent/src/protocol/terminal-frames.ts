/**
 * What goes over the connection of a terminal, both ways, after the agent has answered `101`: frames of one byte that says
 * what it is, four bytes of length (big endian), and that many bytes.
 */

/** Asked for in `Upgrade`. */
export const TERMINAL_PROTOCOL = 'davit-terminal';

/** Bytes of the largest frame: more is never sent at once, and whoever says so is not listened to. */
export const LARGEST_FRAME_BYTES = 65_536;

const HEAD_BYTES = 5;
const kinds = { bytes: 0, resize: 1, exit: 2, end: 3 } as const;

/** Without a terminal, the first byte of each piece of output says which one it is of: the number that the file has for the command. */
export const OUTPUTS = { stdout: 1, stderr: 2 } as const;

export interface TerminalSize {
  cols: number;
  rows: number;
}

/** What is to run in an instance. */
export interface TerminalRequest extends TerminalSize {
  /** A program and its arguments; a shell when it is left out. */
  command?: readonly string[] | undefined;
  /** `false`: the command gets pipes instead of a terminal, so that its outputs stay apart and its input has an end. */
  tty?: boolean | undefined;
}

/** `exited`: the shell ended by itself. `killed`: it was ended, as with its instance. `stopped`: by davit. `idle`: nobody used it. */
export type TerminalEnd = 'exited' | 'killed' | 'stopped' | 'idle';

export interface TerminalExit {
  /** Of the shell, for `exited`. */
  code: number | null;
  reason: TerminalEnd;
}

/** What one end says to the other: `resize` is for the terminal, `exit` is its last word, `end` is the end of the input. */
export type TerminalFrame =
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'resize'; size: TerminalSize }
  | { kind: 'exit'; exit: TerminalExit }
  | { kind: 'end' };

function payloadOf(frame: TerminalFrame): Buffer {
  if (frame.kind === 'bytes') return frame.bytes;
  if (frame.kind === 'end') return Buffer.alloc(0);
  if (frame.kind === 'exit') return Buffer.from(JSON.stringify(frame.exit));
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(frame.size.cols, 0);
  payload.writeUInt16BE(frame.size.rows, 2);
  return payload;
}

/** A frame as bytes. `bytes` frames must not be longer than {@link LARGEST_FRAME_BYTES}. */
export function encodeFrame(frame: TerminalFrame): Buffer {
  const payload = payloadOf(frame);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(kinds[frame.kind], 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

function decodePayload(kind: number, payload: Buffer): TerminalFrame {
  if (kind === kinds.bytes) return { kind: 'bytes', bytes: payload };
  if (kind === kinds.exit) return { kind: 'exit', exit: JSON.parse(payload.toString('utf8')) as TerminalExit };
  if (kind === kinds.end) return { kind: 'end' };
  if (kind !== kinds.resize || payload.length !== 4) throw new Error('a terminal was sent what is no frame');
  return { kind: 'resize', size: { cols: payload.readUInt16BE(0), rows: payload.readUInt16BE(2) } };
}

/**
 * Reads frames out of chunks that end anywhere; holds at most one unfinished frame.
 * @returns what takes a chunk and gives the frames that are whole with it; throws when the bytes are no frames
 */
export function createFrameReader(): (chunk: Buffer) => TerminalFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const frames: TerminalFrame[] = [];
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD_BYTES) {
      const length = rest.readUInt32BE(1);
      if (length > LARGEST_FRAME_BYTES) throw new Error('a terminal was sent a frame that is too large');
      if (rest.length < HEAD_BYTES + length) break;
      frames.push(decodePayload(rest.readUInt8(0), rest.subarray(HEAD_BYTES, HEAD_BYTES + length)));
      rest = rest.subarray(HEAD_BYTES + length);
    }
    return frames;
  };
}
