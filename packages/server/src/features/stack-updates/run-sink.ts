import type { StackSink } from '../../adapters/iac/iac.ts';
import type { RunContext } from '../../platform/runs/run-kind.ts';

/**
 * Takes every piece of a job's output into the run's as one line, also an empty one, so that what is stored can be counted and
 * whoever reads on knows where; waits where lines would be dropped.
 */
export function createRunSink({ output }: Pick<RunContext<unknown>, 'output'>): StackSink {
  return {
    async write(piece) {
      const text = piece.stream === 'event' ? JSON.stringify(piece.event) : piece.text;
      if (!output.write(piece.stream, text === '' ? '\n' : text)) await output.flush();
    },
  };
}
