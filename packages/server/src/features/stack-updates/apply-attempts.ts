import type { IacEngine, StackEnd, StackJob, StackSink } from '../../adapters/iac/iac.ts';
import { backOffMs, pause } from '../../platform/runs/run-pause.ts';
import type { StackContext } from './stack-run-context.ts';

/** How often a job is tried in all, and how long the first pause is at most; the next is twice that. */
const mostAttempts = 3;
const firstPauseMs = 8_000;
const longestShown = 300;

/**
 * Runs a job, and again while it fails for reasons that pass: Pulumi goes on from its state, so nothing is made twice. Each
 * attempt follows the one before in the output. A worker of davit's that comes later finds those that were begun and reads them
 * once more, past the `skip` pieces that are stored. After a cancel, a timeout or a lost lease nothing is begun.
 */
export async function runAttempts(
  iac: Pick<IacEngine, 'run' | 'isBegun'>,
  context: Pick<StackContext, 'signal' | 'output' | 'assertLease'>,
  job: StackJob,
  sink: StackSink,
  skip: number,
): Promise<StackEnd> {
  let left = skip;
  for (let attempt = 1; ; attempt++) {
    const end = await iac.run({ ...job, attempt }, sink, left, context.signal);
    if (end.succeeded || !end.transient || attempt === mostAttempts) return end;
    left = Math.max(0, left - end.pieces);
    if (await iac.isBegun({ id: job.id, attempt: attempt + 1 }, context.signal)) continue;
    const waitMs = backOffMs(attempt, { baseMs: firstPauseMs, maxMs: firstPauseMs * 2 });
    const cause = (end.message ?? 'it failed').slice(0, longestShown);
    const seconds = Math.ceil(waitMs / 1000);
    context.output.write('system', `attempt ${attempt + 1} of ${mostAttempts} in ${seconds} s: ${cause}`);
    await pause(waitMs, context.signal);
    context.signal.throwIfAborted();
    await context.assertLease();
  }
}
