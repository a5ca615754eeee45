import { expect, test } from 'vitest';
import { createFrameReader } from '../engine/log-frames.ts';
import { FrameSieve, resumeFrom, startOfLog } from './log-place.ts';

const at = (nanosecond: number) => `2026-11-21T10:00:00.${String(nanosecond).padStart(9, '0')}Z`;

test('reading goes on a second before the last line of both streams, and begins at the start where there is none', () => {
  const place = startOfLog();
  expect(resumeFrom(place)).toBeUndefined();
  place.stdout = { at: '1970-01-01T00:01:40.000000007Z', count: 1, bytes: 1 };
  place.stderr = { at: '1970-01-01T00:00:05.000000000Z', count: 1, bytes: 1 };
  expect(resumeFrom(place)).toEqual({ at: '1970-01-01T00:01:39.000000007Z', since: '99.000000007' });
});

test('a stream that was silent for longer than that has no gap', () => {
  const sieve = new FrameSieve({ at: at(1), count: 1, bytes: 0 }, at(4));
  expect(sieve.judge(at(6))).toBe('new');
});

test('each frame after the place is new, also one of the very same moment', () => {
  const sieve = new FrameSieve({ at: at(5), count: 2, bytes: 0 }, at(1));
  expect([3, 5, 5, 5, 6].map((time) => sieve.judge(at(time)))).toEqual(['known', 'known', 'known', 'new', 'new']);
});

test('frames that were removed before they were read are a gap, said once', () => {
  const sieve = new FrameSieve({ at: at(5), count: 1, bytes: 0 }, at(1));
  expect([7, 8].map((time) => sieve.judge(at(time)))).toEqual(['new-after-gap', 'new']);
});

test('frames are read however the connection cuts them', () => {
  const frame = (stream: number, text: string) => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, `${at(1)} one\n`), frame(2, `${at(2)} two`)]);
  const read = createFrameReader();
  const frames = [...bytes].flatMap((byte) => read(Buffer.from([byte])));
  expect(frames.map(({ stream, content }) => [stream, content.toString()])).toEqual([
    ['stdout', 'one\n'],
    ['stderr', 'two'],
  ]);
});
