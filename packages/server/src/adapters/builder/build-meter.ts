import type { BuildStage } from './builder.ts';

/** `stopped`: canceled, or left to another server. */
export type BuildEnd = 'succeeded' | 'failed' | 'stopped';

/** Counts what builds of this server do. */
export interface BuildMeter {
  /** How many wait for leave and how many are under way, each time that changes. */
  busy(waiting: number, running: number): void;
  /** One was let begin. */
  waited(seconds: number): void;
  stage(stage: BuildStage): void;
  ended(end: BuildEnd, seconds: number): void;
}

export const noMeter: BuildMeter = { busy() {}, waited() {}, stage() {}, ended() {} };

/** Times one build, from when it was let begin. */
export async function metered<T>(meter: BuildMeter, signal: AbortSignal, build: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const end = (how: BuildEnd) => meter.ended(how, (performance.now() - since) / 1000);
  try {
    const result = await build();
    end('succeeded');
    return result;
  } catch (error) {
    end(signal.aborted ? 'stopped' : 'failed');
    throw error;
  }
}
