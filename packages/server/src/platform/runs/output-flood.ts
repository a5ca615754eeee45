/** How much of what a run writes may be kept. */
export interface FloodBound {
  /** How many of the next `lines` may be kept; the others must be dropped. */
  allow(lines: number, bytes: number): number;
  /** Whether lines may be kept again after some were dropped. */
  recovered(): boolean;
  /** Whether nothing more will be kept, since the run has written all it may. */
  isFull(): boolean;
}

/**
 * A bucket of lines that fills at `linesPerSecond` and holds those of `windowSeconds`, and a bound on all bytes. Once
 * empty it stays shut until a second's worth has come together, so that a flood leaves one note a second, not thousands.
 */
export function createFloodBound(options: {
  linesPerSecond: number;
  windowSeconds: number;
  maxBytes: number;
  /** Bytes that were kept before, by a worker that is gone. */
  keptBytes: number;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}): FloodBound {
  const { linesPerSecond, windowSeconds, maxBytes, now = () => performance.now() } = options;
  const capacity = linesPerSecond * windowSeconds;
  const reopenAt = Math.min(linesPerSecond, capacity);
  let kept = options.keptBytes;
  let tokens = capacity;
  let filledAt = now();
  let shut = false;

  function fill(): void {
    const at = now();
    tokens = Math.min(capacity, tokens + ((at - filledAt) / 1000) * linesPerSecond);
    filledAt = at;
  }

  function recovered(): boolean {
    fill();
    if (shut && tokens >= reopenAt) shut = false;
    return !shut && kept < maxBytes;
  }

  return {
    allow(lines, bytes) {
      if (!recovered()) return 0;
      const allowed = Math.min(lines, Math.floor(tokens));
      tokens -= allowed;
      kept += lines === 0 ? 0 : bytes * (allowed / lines);
      if (allowed < lines) shut = true;
      return allowed;
    },
    recovered,
    isFull: () => kept >= maxBytes,
  };
}
