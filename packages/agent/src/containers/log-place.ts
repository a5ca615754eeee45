import { z } from 'zod';

/** How far the output of a container has been taken over, in one of its streams. */
const streamPlace = z.strictObject({
  /** Time of the last frame; '' before the first. */
  at: z.string(),
  /** How many frames with that very time are taken over. */
  count: z.int(),
  /** Length of the raw file once all these are in it. */
  bytes: z.int(),
});
export type StreamPlace = z.infer<typeof streamPlace>;

/** Where reading stood in the engine's own files. */
const logMark = z.strictObject({ file: z.string(), offset: z.int() });
export type LogMark = z.infer<typeof logMark>;

export const logPlace = z.strictObject({
  stdout: streamPlace,
  stderr: streamPlace,
  /** Leads there at once; the times find it too. */
  mark: logMark.optional(),
});
export type LogPlace = z.infer<typeof logPlace>;

export const startOfLog = (): LogPlace => ({
  stdout: { at: '', count: 0, bytes: 0 },
  stderr: { at: '', count: 0, bytes: 0 },
});

/** Frames of the two streams may be this much out of their order; measured are microseconds. */
const DISORDER_MS = 1000;

/**
 * From which time on frames are asked for: a little before the last one of both streams. Undefined: from the start. The engine
 * is told in seconds, a dot and nine digits.
 */
export function resumeFrom({ stdout, stderr }: LogPlace): { at: string; since: string } | undefined {
  const last = stdout.at < stderr.at ? stderr.at : stdout.at;
  const [, second, fraction = ''] = /^(.{19})(?:\.(\d{1,9}))?Z$/.exec(last) ?? [];
  if (second === undefined) return undefined;
  const earlier = new Date(Date.parse(`${second}Z`) - DISORDER_MS);
  const digits = fraction.padEnd(9, '0');
  return { at: `${earlier.toISOString().slice(0, 19)}.${digits}Z`, since: `${earlier.getTime() / 1000}.${digits}` };
}

/** What a frame is, for somebody who goes on from a place. */
export type FrameVerdict = 'known' | 'new' | 'new-after-gap';

/** Tells known frames from new ones: a stream's times never go down, so its place is a time and a count. */
export class FrameSieve {
  readonly #place: StreamPlace;
  #seenThere = 0;
  #isPast = false;

  /** @param from the earliest frame that was asked for; a stream that ended before it has nothing that is known */
  constructor(place: StreamPlace, from: string | undefined) {
    this.#place = { ...place };
    this.#isPast = from === undefined || place.at < from;
  }

  judge(at: string): FrameVerdict {
    const place = this.#place;
    if (this.#isPast) return 'new';
    if (at < place.at) return 'known';
    if (at === place.at && this.#seenThere < place.count) {
      this.#seenThere += 1;
      return 'known';
    }
    this.#isPast = true;
    // The last one that was taken over is not there any more: what came right after it may be gone too.
    return this.#seenThere === 0 && at > place.at ? 'new-after-gap' : 'new';
  }
}
