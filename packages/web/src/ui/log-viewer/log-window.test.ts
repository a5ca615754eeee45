import { describe, expect, it } from 'vitest';
import {
  atTop,
  isAtEnd,
  MAX_HEIGHT,
  moveRows,
  positionAfter,
  positionAt,
  rowWindow,
  scrollHeight,
} from './log-window.ts';
import { createRowHeights } from './row-heights.ts';

const small = { content: 18_000, viewport: 600 };
const huge = { content: 180_000_000, viewport: 600 };

describe('the scroll position of a log', () => {
  it('is the scroll bar itself while the browser can scroll that far', () => {
    expect(scrollHeight(small)).toBe(18_000);
    expect(positionAfter({ physical: 0, virtual: 0 }, 5_000, small)).toEqual({ physical: 5_000, virtual: 5_000 });
    expect(positionAt(99_999, small)).toEqual({ physical: 17_400, virtual: 17_400 });
  });

  it('moves by pixels on small moves of a log that is higher than a browser can scroll', () => {
    expect(scrollHeight(huge)).toBe(MAX_HEIGHT);
    const middle = positionAt(90_000_000, huge);
    const next = positionAfter(middle, middle.physical + 100, huge);
    expect(next.virtual).toBe(90_000_100);
  });

  it('goes to the same share of it on large ones', () => {
    const { virtual } = positionAfter({ physical: 0, virtual: 0 }, MAX_HEIGHT / 2, huge);
    expect(virtual / huge.content).toBeCloseTo(0.5, 3);
  });

  it('meets both ends', () => {
    const middle = positionAt(90_000_000, huge);
    expect(positionAfter({ ...middle, physical: 50 }, 0, huge).virtual).toBe(0);
    expect(positionAfter(middle, MAX_HEIGHT - 600, huge).virtual).toBe(180_000_000 - 600);
    expect(isAtEnd(180_000_000 - 600, huge)).toBe(true);
    expect(isAtEnd(180_000_000 - 700, huge)).toBe(false);
  });

  it('never leaves the content', () => {
    expect(positionAt(-10, huge).virtual).toBe(0);
    expect(positionAt(huge.content * 2, huge).virtual).toBe(180_000_000 - 600);
    expect(positionAt(10, { content: 100, viewport: 600 })).toEqual({ physical: 0, virtual: 0 });
  });
});

describe('the rows that are drawn', () => {
  const rows = createRowHeights(18);
  rows.resize(1_000_000);

  it('hold what is seen and a little around it, whatever the size of the log', () => {
    const { from, to } = rowWindow(rows, 9_000_000, 600);
    expect(from).toBeLessThanOrEqual(500_000 - 8);
    expect(to).toBeGreaterThanOrEqual(500_000 + 34 + 8);
    expect(to - from).toBeLessThan(70);
  });

  it('end where the log ends', () => {
    expect(rowWindow(rows, 0, 600).from).toBe(0);
    expect(rowWindow(rows, 18_000_000 - 600, 600).to).toBe(1_000_000);
    expect(rowWindow(createRowHeights(18), 0, 600)).toEqual({ from: 0, to: 0 });
  });

  it('are as many wherever one is, so that none is made and removed on the way', () => {
    const sizes = new Set<number>();
    for (let pixel = 9_000_000; pixel < 9_001_000; pixel += 7) {
      const { from, to } = rowWindow(rows, pixel, 600);
      sizes.add(to - from);
    }
    expect(sizes.size).toBe(1);
  });

  it('stay the same for a scroll of a few lines', () => {
    expect(rowWindow(rows, 9_000_036, 600)).toEqual(rowWindow(rows, 9_000_054, 600));
  });
});

describe('the rows to draw', () => {
  it('are only those that are seen, while one jumps from place to place', () => {
    const rows = createRowHeights(18);
    rows.resize(10_000);
    const { from, to } = rowWindow(rows, 18_000, 180, true);
    expect({ from, to }).toEqual({ from: 999, to: 1_012 });
    expect(rowWindow(rows, 18_000, 180).to).toBeGreaterThan(to);
  });
});

describe('the place of the drawn rows', () => {
  it('moves nothing that stays by a small scroll, and all by a jump', () => {
    const start = moveRows(atTop, 500_000);
    expect(start.shift + start.room).toBe(500_000);
    const down = moveRows(start, 500_144);
    expect(down).toEqual({ shift: start.shift, room: start.room + 144 });
    const up = moveRows(down, 499_000);
    expect(up).toEqual({ shift: start.shift, room: start.room - 1_000 });
    const away = moveRows(up, 900_000);
    expect(away).toEqual({ shift: 900_000 - start.room, room: start.room });
    expect(moveRows(away, 900_000)).toBe(away);
    // Page after page: what stays in view of a page is as good as nothing.
    expect(moveRows(away, 900_500, true)).toEqual({ shift: 900_500 - start.room, room: start.room });
  });

  it('is never above the top', () => {
    let place = moveRows(atTop, 100_000);
    for (let top = 99_000; top >= 0; top -= 1_000) {
      place = moveRows(place, top);
      expect(place.shift + place.room).toBe(top);
      expect(place.room).toBeGreaterThanOrEqual(0);
    }
  });
});
