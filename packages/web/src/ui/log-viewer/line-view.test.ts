import { describe, expect, it } from 'vitest';
import { CUT_AT, collapseProgress, highlightSegments, lineView } from './line-view.ts';
import type { LogLine } from './log-source.ts';

const line = (content: string): LogLine => ({ content, stream: 'stdout' });
const textOf = (segments: readonly { text: string }[]): string => segments.map((segment) => segment.text).join('');

describe('a progress line', () => {
  it('shows its last state', () => {
    expect(collapseProgress('10 %\r50 %\r100 %')).toBe('100 %');
    expect(collapseProgress('done\r')).toBe('done');
    expect(collapseProgress('\r\r')).toBe('');
    expect(collapseProgress('plain')).toBe('plain');
  });
});

describe('a long line', () => {
  it('is cut, says how much is missing, and can be had whole', () => {
    const long = line('x'.repeat(CUT_AT + 10));
    expect(lineView(long, false)).toMatchObject({ hidden: 10 });
    expect(textOf(lineView(long, false).segments)).toHaveLength(CUT_AT);
    expect(lineView(long, true)).toMatchObject({ hidden: 0 });
    expect(textOf(lineView(long, true).segments)).toHaveLength(CUT_AT + 10);
  });

  it('is not cut within a character', () => {
    const view = lineView(line(`${'x'.repeat(CUT_AT - 1)}🚀 end`), false);
    expect(textOf(view.segments)).toBe('x'.repeat(CUT_AT - 1));
  });
});

describe('a hostile line', () => {
  it('cannot reorder itself: marks of direction are written out', () => {
    expect(textOf(lineView(line('a\u202eb'), false).segments)).toBe('a⟨U+202E⟩b');
  });
});

describe('matches of a search', () => {
  const style = {};

  it('are cut out, whatever the case', () => {
    expect(
      highlightSegments([{ text: 'An Error, error', style }], 'error').map(({ text, match }) => [text, match]),
    ).toEqual([
      ['An ', false],
      ['Error', true],
      [', ', false],
      ['error', true],
    ]);
  });

  it('reach over pieces of different looks', () => {
    const red = { color: 1 };
    const pieces = highlightSegments(
      [
        { text: 'fa', style },
        { text: 'iled', style: red },
      ],
      'fail',
    );
    expect(pieces).toEqual([
      { text: 'fa', style, match: true },
      { text: 'il', style: red, match: true },
      { text: 'ed', style: red, match: false },
    ]);
  });

  it('are none for an empty search', () => {
    expect(highlightSegments([{ text: 'abc', style }], '')).toEqual([{ text: 'abc', style, match: false }]);
  });
});
