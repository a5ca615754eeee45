import { describe, expect, it } from 'vitest';
import { createFrameReader, encodeFrame, LARGEST_FRAME_BYTES, type TerminalFrame } from './terminal-frames.ts';

const frames: TerminalFrame[] = [
  { kind: 'bytes', bytes: Buffer.from('ls ä\r\u0000') },
  { kind: 'resize', size: { cols: 300, rows: 1 } },
  { kind: 'bytes', bytes: Buffer.alloc(0) },
  { kind: 'exit', exit: { code: 3, reason: 'exited' } },
];
const whole = Buffer.concat(frames.map(encodeFrame));

describe('frames of a terminal', () => {
  it.each([1, 2, 5, 7, whole.length])('are read as they were written, from chunks of %i bytes', (size) => {
    const read = createFrameReader();
    const seen: TerminalFrame[] = [];
    for (let at = 0; at < whole.length; at += size) seen.push(...read(whole.subarray(at, at + size)));
    expect(seen).toEqual(frames);
  });

  it('that are too large, of an unknown sort or cut short are refused', () => {
    const tooLarge = encodeFrame({ kind: 'bytes', bytes: Buffer.alloc(LARGEST_FRAME_BYTES + 1) });
    expect(() => createFrameReader()(tooLarge.subarray(0, 5))).toThrow('too large');
    expect(() => createFrameReader()(Buffer.from([9, 0, 0, 0, 0]))).toThrow('no frame');
    expect(() => createFrameReader()(Buffer.from([1, 0, 0, 0, 2, 0, 80]))).toThrow('no frame');
  });
});
