/** A run of this long shows that the instance works: the next failure counts as the first again. */
export const STABLE_AFTER_MS = 60_000;

const FIRST_MS = 100;
const SLOWEST_MS = 60_000;

/**
 * How long to wait before a restart, in milliseconds. The first is quick, since most crashes happen once; then
 * exponential from 1 s to 60 s with 20 % of jitter, so that instances that fell together do not rise together.
 * @param restartsInARow restarts since the instance last ran for {@link STABLE_AFTER_MS}
 * @param random from 0 to 1
 */
export function restartDelay(restartsInARow: number, random: number): number {
  if (restartsInARow === 0) return FIRST_MS;
  const exponential = Math.min(SLOWEST_MS, 1000 * 2 ** (restartsInARow - 1));
  return Math.min(SLOWEST_MS, Math.round(exponential * (0.8 + 0.4 * random)));
}
