import { AgentError } from '../protocol/agent-error.ts';

/**
 * A cursor is the sequence number of a line, 16 digits, so that cursors sort as text.
 *
 * Sequence numbers of a stream start at the microsecond at which it was made and go up by one a line: a stream that was
 * removed and made again starts above all cursors of the former one (unless that took a million lines a second all its
 * life), so that a reader who kept a cursor goes on instead of waiting for ever.
 */
const CURSOR = /^\d{16}$/;
const THREE_DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/** A cursor that this store never gave out. */
export class InvalidLogCursorError extends AgentError {
  constructor() {
    super('AGENT_BAD_REQUEST', 'This is not a cursor of a log stream: use one that a page or a line carried.');
  }
}

/** @throws InvalidLogCursorError */
export function parseCursor(cursor: string): number {
  if (!CURSOR.test(cursor) || !Number.isSafeInteger(Number(cursor))) throw new InvalidLogCursorError();
  return Number(cursor);
}

export function formatCursor(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** First sequence number of a stream made at `now` (milliseconds). */
export function firstSequence(now: number): number {
  return Math.max(1, Math.floor(now)) * 1000;
}

/**
 * Formats cursors and times of lines that are close to each other: only what changes is made anew. (With `padStart` and
 * `toISOString` a line, these two were half of the time that a page of 1,000 lines takes.)
 */
export function createLineStamps(): { cursor(seq: number): string; time(ms: number): string } {
  let thousand = -1;
  let cursorHead = '';
  let second = Number.NaN;
  let timeHead = '';
  return {
    cursor(seq) {
      const thousands = Math.floor(seq / 1000);
      if (thousands !== thousand) {
        thousand = thousands;
        cursorHead = String(thousands).padStart(13, '0');
      }
      return cursorHead + THREE_DIGITS[seq - thousands * 1000];
    },
    time(ms) {
      const seconds = Math.floor(ms / 1000);
      if (seconds !== second) {
        second = seconds;
        timeHead = new Date(seconds * 1000).toISOString().slice(0, 20);
      }
      return `${timeHead}${THREE_DIGITS[Math.floor(ms - seconds * 1000)]}Z`;
    },
  };
}
