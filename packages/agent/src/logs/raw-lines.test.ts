import { describe, expect, it } from 'vitest';
import { seededRandom } from './log-test-bed.ts';
import { BLOCK_BYTES, MAX_LINE_BYTES, splitLines } from './raw-lines.ts';

interface Split {
  content: string;
  partial: boolean;
}

/** Splits what is given in pieces as a collector does: what was not consumed comes again with the next piece. */
function splitPieces(pieces: Buffer[], blockBytes = BLOCK_BYTES): Split[] {
  const lines: Split[] = [];
  let rest = Buffer.alloc(0);
  let open = false;
  for (const [at, piece] of pieces.entries()) {
    rest = Buffer.concat([rest, piece]);
    for (const flush of at === pieces.length - 1 ? [false, true, true] : [false]) {
      const split = splitLines(rest, { open, flush, blockBytes });
      for (const block of split.blocks) {
        const contents = Buffer.from(block.payload).toString('utf8').split('\n');
        expect(contents).toHaveLength(block.count);
        lines.push(...contents.map((content) => ({ content, partial: block.partial })));
      }
      rest = rest.subarray(split.consumed);
      open = split.open;
    }
  }
  expect(rest).toHaveLength(0);
  return lines;
}

const split = (text: string | Buffer): Split[] => splitPieces([Buffer.from(text)]);
const whole = (...contents: string[]): Split[] => contents.map((content) => ({ content, partial: false }));

describe('lines of raw output', () => {
  it('end at newlines, with or without a carriage return', () => {
    expect(split('one\ntwo\r\n\nfour\n')).toEqual(whole('one', 'two', '', 'four'));
  });

  it('keep a carriage return in their middle, as progress bars write it', () => {
    expect(split('10%\r20%\r\n')).toEqual(whole('10%\r20%'));
  });

  it('keep escape sequences as they are', () => {
    expect(split('\u001b[31mred\u001b[0m\u001b]0;title\u0007\n')).toEqual(
      whole('\u001b[31mred\u001b[0m\u001b]0;title\u0007'),
    );
  });

  it('lose NUL, and show what is not UTF-8 as replacement characters', () => {
    expect(split(Buffer.from([0x61, 0, 0x62, 0xff, 0xc3, 10]))).toEqual(whole('ab\ufffd\ufffd'));
  });

  it('wait for their newline, and go on after it was missing', () => {
    const first = splitLines(Buffer.from('done\nhalf'), { open: false, flush: false, blockBytes: BLOCK_BYTES });
    expect(first.consumed).toBe('done\n'.length);
    const flushed = splitLines(Buffer.from('half'), { open: false, flush: true, blockBytes: BLOCK_BYTES });
    expect(flushed).toMatchObject({ consumed: 4, open: true, blocks: [{ partial: true }] });
    const newline = splitLines(Buffer.from('\r\nnext\n'), { open: true, flush: false, blockBytes: BLOCK_BYTES });
    expect(newline.blocks).toHaveLength(1);
    expect(Buffer.from(newline.blocks[0]?.payload ?? []).toString()).toBe('next');
  });

  it('are cut into records of 64 KiB, never within a character', () => {
    const text = 'é'.repeat(MAX_LINE_BYTES);
    const records = split(`x${text}\nnext\n`);
    expect(records.map(({ partial }) => partial)).toEqual([true, true, false, false]);
    expect(
      records
        .slice(0, 3)
        .map(({ content }) => content)
        .join(''),
    ).toBe(`x${text}`);
    for (const { content } of records) expect(Buffer.byteLength(content)).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });

  it('of exactly 64 KiB are one record, wherever the newline comes', () => {
    const line = 'x'.repeat(MAX_LINE_BYTES);
    expect(split(`${line}\n`)).toEqual(whole(line));
    expect(splitPieces([Buffer.from(line), Buffer.from('\nnext\n')])).toEqual([
      { content: line, partial: true },
      { content: 'next', partial: false },
    ]);
  });

  it('are the same however the output is cut into pieces', () => {
    const random = seededRandom(20_261_121);
    const alphabet = ['a', 'Z', ' ', 'é', '€', '😀', '\r', '\n', '\n', '\r\n', '\u001b[1m', '\0'];
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: 1 + Math.floor(random() * 200) }, () => {
        return alphabet[Math.floor(random() * alphabet.length)] ?? '';
      }).join('');
      const bytes = Buffer.from(`${text}\n`);
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * 12);
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      const expected = bytes.toString().slice(0, -1).split('\n');
      const clean = expected.map((line) => line.replaceAll('\0', '').replace(/\r$/, ''));
      expect(splitPieces(pieces, 16)).toEqual(whole(...clean));
    }
  });

  it('made of nothing but carriage returns take no longer than others', () => {
    const returns = Buffer.alloc(512 * 1024, 13);
    expect(
      split(returns)
        .map(({ content }) => content.length)
        .reduce((sum, length) => sum + length, 0),
    ).toBe(returns.length);
  });
});
