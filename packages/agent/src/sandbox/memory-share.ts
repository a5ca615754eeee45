const SHARE = 0.75;

/** What davit, its PostgreSQL and the system need, where three quarters of the machine would leave them less. */
const KEPT_BYTES = 1024 ** 3;

/** Of a machine's memory, the most that builds get together, or one service: the rest is there for everything else. */
export function shareOfMemory(totalBytes: number): number {
  return Math.floor(totalBytes * SHARE);
}

/**
 * The most memory that an instance gets of which nobody has said it. A machine of less than 4 GiB keeps a gibibyte, one of
 * less than two a half.
 */
export function memoryOfOneInstance(totalBytes: number): number {
  return Math.min(shareOfMemory(totalBytes), Math.max(Math.floor(totalBytes / 2), totalBytes - KEPT_BYTES));
}
