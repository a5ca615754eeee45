import { open } from 'node:fs/promises';
import { sanitizeLine } from '../terminal/sanitize.ts';

/** The last lines of a log file from `offset` on, at most `maxBytes` of it; empty where there is none. */
export async function readLogTail(path: string, offset = 0, maxBytes = 16_384): Promise<string[]> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const from = Math.max(offset, size - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), 0, undefined, from);
    return buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}

/** What a line of the server's log says to a person: its message, or the line as it is where it is not one of the logger's. */
export function messageOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const cause = typeof err?.message === 'string' ? `: ${err.message}` : '';
    if (typeof msg === 'string') return sanitizeLine(`${msg}${cause}`);
  } catch {
    // Written before there was a logger.
  }
  return sanitizeLine(line);
}
