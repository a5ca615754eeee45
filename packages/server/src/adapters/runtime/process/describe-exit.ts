import type { ProcessExit } from '@davit/agent/protocol';
import { withMemoryAdvice } from '../memory-advice.ts';

/** How a process ended, with what to change: the agent knows no settings. */
export function describeExit({ reason, detail }: ProcessExit): string {
  return reason === 'out-of-memory' ? withMemoryAdvice(detail) : detail;
}
