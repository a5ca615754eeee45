import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPagedLines, type NumberedLine, PAGE_LINES } from './paged-lines.ts';

const line = (number: number): NumberedLine => ({
  number,
  content: `line ${number}`,
  stream: 'stdout',
  at: '2026-01-01T00:00:00Z',
  label: 'build',
});

const lines = (from: number, to: number): NumberedLine[] =>
  Array.from({ length: to - from + 1 }, (_, offset) => line(from + offset));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log of `count` lines whose pages are never longer than `atMost`. */
function logOf(count: number, atMost = PAGE_LINES) {
  const asked: string[] = [];
  const onChange = vi.fn<() => void>();
  const paged = createPagedLines({
    async load(after, limit) {
      asked.push(`${after}+${limit}`);
      return lines(after + 1, Math.min(count, after + limit, after + atMost));
    },
    onChange,
    retryMs: 10,
  });
  paged.extend(count);
  return { paged, asked, onChange };
}

describe('a log of a million lines', () => {
  it('is asked for the page in view only', async () => {
    const { paged, asked, onChange } = logOf(1_000_000);
    paged.want(700_010, 700_060);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['700000+500']);
    expect(paged.get(700_010)?.content).toBe('line 700010');
    expect(paged.get(1)).toBeUndefined();
    expect(onChange).toHaveBeenCalled();
  });

  it('is not asked twice for what is there', async () => {
    const { paged, asked } = logOf(1_000_000);
    paged.want(1, 50);
    await vi.advanceTimersByTimeAsync(0);
    paged.want(20, 70);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['0+500']);
  });

  it('goes on where a page of long lines stopped', async () => {
    const { paged, asked } = logOf(1_000, 200);
    paged.want(1, 500);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['0+500', '200+300', '400+100']);
    expect(paged.get(500)?.content).toBe('line 500');
  });

  it('forgets what was looked at long ago, never what is in view', async () => {
    const { paged, asked } = logOf(1_000_000);
    for (let from = 1; from < 400_000; from += PAGE_LINES) {
      paged.want(from, from + PAGE_LINES - 1);
      // Page after page, as a reader scrolls.
      // oxlint-disable-next-line no-await-in-loop
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(asked).toHaveLength(800);
    expect(paged.get(1)).toBeUndefined();
    expect(paged.get(400_000)?.content).toBe('line 400000');
    paged.want(1, 10);
    await vi.advanceTimersByTimeAsync(0);
    expect(paged.get(1)?.content).toBe('line 1');
  });
});

describe('lines that come live', () => {
  it('are there once, whatever comes twice, and keep their place', () => {
    const { paged } = logOf(0);
    const first = lines(1, 3);
    paged.put(first);
    paged.put(lines(2, 5));
    expect(paged.last).toBe(5);
    expect(paged.get(2)).toBe(first[1]);
    expect(paged.get(5)?.content).toBe('line 5');
  });

  it('that were missed are loaded', async () => {
    const { paged, asked } = logOf(10);
    paged.put(lines(11, 20));
    paged.want(1, 20);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['0+500']);
    expect(paged.get(1)?.content).toBe('line 1');
  });
});

describe('a load that fails', () => {
  it('is repeated', async () => {
    let failures = 2;
    const paged = createPagedLines({
      async load(after, limit) {
        failures -= 1;
        if (failures >= 0) throw new Error('away');
        return lines(after + 1, Math.min(10, after + limit));
      },
      onChange: () => undefined,
      retryMs: 10,
    });
    paged.extend(10);
    paged.want(1, 10);
    await vi.advanceTimersByTimeAsync(25);
    expect(paged.get(10)?.content).toBe('line 10');
  });

  it('that finds nothing any more is not', async () => {
    const asked: number[] = [];
    const paged = createPagedLines({
      async load(after) {
        asked.push(after);
        return [];
      },
      onChange: () => undefined,
    });
    paged.extend(100);
    paged.want(1, 100);
    await vi.advanceTimersByTimeAsync(0);
    paged.want(2, 100);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([0]);
  });
});
