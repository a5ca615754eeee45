import type { Unit } from '../quantity-text.ts';

/** The top of an axis is at least this, so that noise near nothing stays flat. */
const floors: Record<Unit, number> = {
  cores: 0.05,
  bytes: 1024 * 1024,
  'bytes-per-second': 1024,
  'per-second': 1,
  share: 0.05,
  milliseconds: 10,
  count: 2,
};

/** A limit far above all values would press them to the ground: from this share of it on, it is in the picture. */
const NEAR_LIMIT = 0.25;
const HEADROOM = 1.08;

/** The top of a chart's axis. */
export function topOf(unit: Unit, highest: number | null, limit: number | null): number {
  const top = Math.max(floors[unit], highest ?? 0);
  return (limit !== null && top >= limit * NEAR_LIMIT ? Math.max(top, limit) : top) * HEADROOM;
}

const powersOfTwo = Array.from({ length: 52 }, (_, power) => 2 ** power);
const decades = (first: number): number[] =>
  Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (first + power))).flat();
const wholeNumbers = decades(0);
const fractions = decades(-4);

/** How far apart the ticks of an axis may be: bytes are counted in twos, instances are whole. */
export function tickSteps(unit: Unit): number[] {
  if (unit === 'bytes' || unit === 'bytes-per-second') return powersOfTwo;
  return unit === 'count' || unit === 'milliseconds' ? wholeNumbers : fractions;
}
