import { AppError } from '../../kernel/app-error.ts';
import { type RunContext, RunInterruption } from '../../platform/runs/run-kind.ts';

/**
 * Does each part of a cleanup, whatever becomes of the others. What needs a Docker engine that is away is left to the
 * reconciler and to the removal of unused images, which both begin when it is back.
 *
 * @throws the first failure of another kind, after every part had its turn
 */
export async function cleanUpParts(
  context: Pick<RunContext<unknown>, 'output' | 'signal'>,
  parts: readonly (() => Promise<void>)[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      if (context.signal.aborted || error instanceof RunInterruption) throw error;
      failures.push(error);
    }
  }
  const isAway = (error: unknown) => error instanceof AppError && error.away;
  const others = failures.filter((error) => !isAway(error));
  if (others.length > 0) throw others[0];
  if (failures.length === 0) return;
  const { message } = AppError.from(failures[0]);
  context.output.write('system', `${message} What it still has of this is removed when it is back.`);
}
