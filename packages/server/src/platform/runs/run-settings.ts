/** How the engine behaves; every value has a default that suits a server. All times in milliseconds. */
export interface RunSettings {
  /** A run whose worker has not renewed its lease for this long is taken over. */
  leaseMs: number;
  renewEveryMs: number;
  /** How late work is found when a notification was lost. */
  pollEveryMs: number;
  /** How late a cancel is seen when its notification was lost. */
  cancelPollEveryMs: number;
  /** How long an interrupted step may take to stop before the run goes on without it. */
  interruptGraceMs: number;
  /** How long a cleanup may take. */
  cleanupTimeoutMs: number;
  /** First wait between tries; doubled each time up to `retryMaxMs`, then between half and all of it by chance. */
  retryBaseMs: number;
  retryMaxMs: number;
  /** How long a step waits for something that it needs and that is away, a Docker engine for instance. */
  patienceMs: number;
  /** How long a step that only waits for an application keeps its run's place from others. */
  placeLeftAfterMs: number;
  /** Failures in a row after which an outside system is left alone, and for how long. */
  breakerFailures: number;
  breakerOpenMs: number;
  /** A batch of output is stored when its oldest line is this old … */
  outputBatchMs: number;
  /** … or when it has this many lines. */
  outputBatchLines: number;
  /** Lines a second that a run may write on average over `outputWindowSeconds`; what is over is dropped and counted. */
  outputLinesPerSecond: number;
  outputWindowSeconds: number;
  /** Bytes of output kept of one run. */
  outputMaxBytes: number;
  /** Bytes that may wait to be stored; a writer that does not wait for `flush` loses what is over. */
  outputPendingBytes: number;
}

export const defaultRunSettings: RunSettings = {
  leaseMs: 20_000,
  renewEveryMs: 5_000,
  pollEveryMs: 5_000,
  cancelPollEveryMs: 1_000,
  interruptGraceMs: 30_000,
  cleanupTimeoutMs: 300_000,
  retryBaseMs: 500,
  retryMaxMs: 30_000,
  patienceMs: 45_000,
  placeLeftAfterMs: 10_000,
  breakerFailures: 5,
  breakerOpenMs: 30_000,
  outputBatchMs: 50,
  outputBatchLines: 1_000,
  outputLinesPerSecond: 10_000,
  outputWindowSeconds: 5,
  outputMaxBytes: 64 * 1024 * 1024,
  outputPendingBytes: 8 * 1024 * 1024,
};

/** The times that go with a lease: it is renewed four times while it lasts, and looked for as often once it has lapsed. */
export function timesOfLease(leaseMs: number): Pick<RunSettings, 'leaseMs' | 'renewEveryMs' | 'pollEveryMs'> {
  const quarter = Math.floor(leaseMs / 4);
  return { leaseMs, renewEveryMs: quarter, pollEveryMs: Math.min(quarter, defaultRunSettings.pollEveryMs) };
}
