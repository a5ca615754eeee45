import type { RunOutput } from './run-output.ts';

interface Shared {
  readonly output: RunOutput;
  users: number;
}

const all = new Map<string, Shared>();

/** The one output of a run for all who look at it: a browser has six connections for an origin, and each stream takes one. */
export function shareRunOutput(runId: string, create: () => RunOutput): { output: RunOutput; release: () => void } {
  const shared = all.get(runId) ?? { output: create(), users: 0 };
  all.set(runId, shared);
  shared.users += 1;
  return {
    output: shared.output,
    release() {
      shared.users -= 1;
      if (shared.users > 0) return;
      all.delete(runId);
      shared.output.stop();
    },
  };
}
