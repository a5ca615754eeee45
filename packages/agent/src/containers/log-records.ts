import type { LogFrame } from '../engine/log-frames.ts';

const NEWLINE = 0x0a;

/** What a piece of a `json-file` log holds. */
export interface LogRecords {
  frames: LogFrame[];
  /** Bytes of whole records; what follows is the beginning of one that is not written to its end yet. */
  bytes: number;
  /** A record could not be read: the disk was full while it was written. */
  isDamaged: boolean;
}

interface LogRecord {
  log: string;
  stream: string;
  time: string;
}

function readRecord(line: string): LogFrame | undefined {
  try {
    const { log, stream, time } = JSON.parse(line) as LogRecord;
    return { stream: stream === 'stderr' ? 'stderr' : 'stdout', at: time, content: Buffer.from(log) };
  } catch {
    return undefined;
  }
}

/**
 * Reads what the engine's log driver `json-file` writes: a JSON object a line, with the text (`log`, a line or a part of one
 * that was too long), its stream and its time.
 */
export function readRecords(chunk: Buffer): LogRecords {
  const bytes = chunk.lastIndexOf(NEWLINE) + 1;
  const frames: LogFrame[] = [];
  let isDamaged = false;
  // Decoded and cut apart as a whole: line by line takes three times as long.
  for (const line of chunk.toString('utf8', 0, bytes).split('\n')) {
    if (line === '') continue;
    const frame = readRecord(line);
    if (frame === undefined) isDamaged = true;
    else frames.push(frame);
  }
  return { frames, bytes, isDamaged };
}
