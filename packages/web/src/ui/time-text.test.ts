import { describe, expect, it } from 'vitest';
import { durationText, relativeTimeText } from './time-text.ts';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const ago = (milliseconds: number): string => relativeTimeText(now - milliseconds, now);

describe('how long ago', () => {
  it('is said in the largest unit that fits', () => {
    expect(ago(3_000)).toBe('just now');
    expect(ago(12_000)).toBe('12 s ago');
    expect(ago(59_999)).toBe('59 s ago');
    expect(ago(60_000)).toBe('1 min ago');
    expect(ago(3 * 3_600_000 + 5)).toBe('3 h ago');
    expect(ago(47 * 3_600_000)).toBe('1 d ago');
  });

  it('is a date beyond 30 days', () => {
    expect(ago(31 * 86_400_000)).toContain('2026');
  });

  it('forgives a browser whose clock is a little behind, and knows the future', () => {
    expect(ago(-4_000)).toBe('just now');
    expect(ago(-120_000)).toBe('in 2 min');
  });
});

describe('how long', () => {
  it('is said in at most two units', () => {
    expect(durationText(0)).toBe('0 ms');
    expect(durationText(849.6)).toBe('850 ms');
    expect(durationText(1_290)).toBe('1.2 s');
    expect(durationText(12_900)).toBe('12 s');
    expect(durationText(125_000)).toBe('2 min 5 s');
    expect(durationText(120_000)).toBe('2 min');
    expect(durationText(3_780_000)).toBe('1 h 3 min');
    expect(durationText(2 * 86_400_000 + 4 * 3_600_000)).toBe('2 d 4 h');
  });

  it('is never less than nothing', () => {
    expect(durationText(-500)).toBe('0 ms');
  });
});
