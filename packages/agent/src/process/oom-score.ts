import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Who dies first when the machine has no memory left (proc_pid_oom_score_adj(5)). To 500 the kernel adds half of the machine's
 * memory to what the process has.
 */
export const oomScores = {
  /** Builds and whatever else ends by itself: it can be done again, and nobody waits for its answers. */
  command: 700,
  instance: 500,
  /** davit's own: without it nothing is brought back. Not the lowest, which would keep one that leaks for ever. */
  own: -500,
} as const;

const fileOf = (pid: number | 'self') => `/proc/${pid}/oom_score_adj`;

/**
 * Sets the score of a process; what it starts inherits it. Whoever may use the process may raise it. One that root has set
 * (CAP_SYS_RESOURCE), nobody else can lower again. Where the kernel has none or forbids it, the process goes on as it is.
 */
export function setOomScore(pid: number | 'self', score: number): void {
  try {
    writeFileSync(fileOf(pid), String(score));
  } catch {
    // Another system, a process that has ended, or no right to.
  }
}

/** For a process of davit's own, where its operator has not chosen another (`OOMScoreAdjust` of a unit) and it may. */
export function lowerOwnOomScore(): void {
  try {
    if (Number(readFileSync(fileOf('self'), 'utf8')) !== 0) return;
  } catch {
    return;
  }
  setOomScore('self', oomScores.own);
}
