import { describe, expect, it } from 'vitest';
import { createRowHeights } from './row-heights.ts';

describe('heights of rows', () => {
  it('are the same for all until one is measured', () => {
    const rows = createRowHeights(18);
    rows.resize(1_000_000);
    expect(rows.total).toBe(18_000_000);
    expect(rows.offsetOf(999_999)).toBe(17_999_982);
    expect(rows.indexAt(17_999_990)).toBe(999_999);
    expect(rows.indexAt(99_999_999)).toBe(999_999);
    expect(rows.indexAt(-5)).toBe(0);
  });

  it('shift what comes after a measured row, over the edges of blocks', () => {
    const rows = createRowHeights(18);
    rows.resize(5_000);
    expect(rows.measure(10, 54)).toBe(36);
    expect(rows.measure(3_000, 36)).toBe(18);
    expect(rows.measure(3_000, 36)).toBe(0);
    expect(rows.total).toBe(5_000 * 18 + 54);
    expect(rows.offsetOf(10)).toBe(180);
    expect(rows.offsetOf(11)).toBe(234);
    expect(rows.offsetOf(3_001)).toBe(3_001 * 18 + 54);
    for (const index of [0, 9, 10, 11, 1_023, 1_024, 2_999, 3_000, 3_001, 4_999]) {
      expect(rows.indexAt(rows.offsetOf(index))).toBe(index);
      expect(rows.indexAt(rows.offsetOf(index) + rows.heightOf(index) - 1)).toBe(index);
    }
  });

  it('keep what was measured while rows come at the end and before the first', () => {
    const rows = createRowHeights(18);
    rows.resize(3);
    rows.measure(2, 90);
    rows.resize(4_000);
    expect(rows.total).toBe(4_000 * 18 + 72);
    rows.prepend(500);
    expect(rows.count).toBe(4_500);
    expect(rows.heightOf(502)).toBe(90);
    expect(rows.heightOf(2)).toBe(18);
    expect(rows.offsetOf(503)).toBe(503 * 18 + 72);
    expect(rows.total).toBe(4_500 * 18 + 72);
  });

  it('do not come back with rows that went', () => {
    const rows = createRowHeights(18);
    rows.resize(10);
    rows.measure(8, 90);
    rows.resize(5);
    rows.resize(10);
    expect(rows.total).toBe(180);
  });

  it('are forgotten on demand', () => {
    const rows = createRowHeights(18);
    rows.resize(10);
    rows.measure(0, 90);
    rows.reset();
    expect(rows.total).toBe(180);
  });
});
