import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline-path.ts';

describe('a small chart', () => {
  it('reaches from the bottom to the top of its box', () => {
    expect(sparklinePath([0, 1, 2], 20, 12).line).toBe('M0,11L10,6L20,1');
  });

  it('keeps gaps as gaps, and shows a lone point', () => {
    const { line, area } = sparklinePath([2, 2, null, 1, null], 40, 12);
    expect(line).toBe('M0,1L10,1M30,6h0');
    expect(area).toBe('M0,12L0,1L10,1L10,12Z');
  });

  it('is a line at the bottom when nothing happens, and nothing when nothing is known', () => {
    expect(sparklinePath([0, 0], 10, 12).line).toBe('M0,11L10,11');
    expect(sparklinePath([null, null], 10, 12)).toEqual({ line: '', area: '' });
    expect(sparklinePath([], 10, 12)).toEqual({ line: '', area: '' });
  });

  it('does not blow up noise: the top is at least the floor', () => {
    expect(sparklinePath([0.001, 0.001], 10, 12, 1).line).toBe('M0,11L10,11');
  });
});
