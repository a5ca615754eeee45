import type { z } from 'zod';
import { kernelErrors } from '../../kernel/app-error.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import type { outputPage, outputQuery } from './run.ts';

/**
 * One page of a run's output as callers see it.
 *
 * @throws AppError RUN_NOT_FOUND; INVALID_INPUT when the query goes in both directions
 */
export async function readOutputPage(
  engine: RunEngine,
  organizationId: string | null,
  runId: string,
  query: z.output<typeof outputQuery>,
): Promise<z.input<typeof outputPage>> {
  if (query.after !== undefined && query.before !== undefined) {
    const fields = [{ pointer: '/query/before', detail: 'give either `after` or `before`' }];
    throw kernelErrors.INVALID_INPUT({ fields });
  }
  const { run, lines, nextCursor } = await engine.readOutput(organizationId, runId, query);
  return { lines, lastSeq: lines.at(-1)?.seq ?? query.after ?? 0, nextCursor, state: run.state };
}
