import { CompiledQuery, sql } from 'kysely';
import { kernelErrors } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { ExecutionDeps } from './execution-deps.ts';
import type { RunResources } from './run-context.ts';
import { describeForLog, failedWith, isDatabaseDown } from './run-failure.ts';
import { recordSql, recordValues, type Transition } from './run-journal.ts';
import { RunInterruption, type RunKind, type RunOutcome } from './run-kind.ts';
import { backOffMs, pause } from './run-pause.ts';

export interface FinishWork {
  deps: ExecutionDeps;
  kind: RunKind<unknown>;
  resources: RunResources;
  end: Transition & { finish: RunOutcome };
  persist: <T>(work: () => Promise<T>) => Promise<T>;
  logger: Logger;
}

const FINISH_TRIES = 5;

/** Terminal state, the kind's own rows and the notification: one transaction. */
async function finishTogether({ deps, kind, resources, end }: FinishWork): Promise<void> {
  const { lease, claim, leaseMs } = resources;
  await deps.database.db.transaction().execute(async (trx) => {
    await sql`select set_config('idle_in_transaction_session_timeout', ${String(leaseMs)}, true)`.execute(trx);
    const recorded = await trx.executeQuery(CompiledQuery.raw(recordSql(''), recordValues(lease, end)));
    if (recorded.rows.length !== 1) throw new RunInterruption('lease-lost');
    const { id, organizationId, subject } = claim;
    await kind.onFinished?.(trx, { id, organizationId, subject, input: resources.input }, end.finish);
  });
}

/**
 * Ends a run. A kind that cannot record the outcome in its own rows, try after try, has a fault that no repetition
 * cures: the run then fails without them, since a run that never ends would block its subject for ever.
 */
export async function finishRun(work: FinishWork): Promise<void> {
  const { deps, kind, resources, end, persist, logger } = work;
  if (!kind.onFinished) {
    await persist(() => deps.journal.record(resources.lease, end));
    return;
  }
  for (let failures = 1; ; failures++) {
    try {
      await persist(() => finishTogether(work));
      return;
    } catch (thrown) {
      if (thrown instanceof RunInterruption || isDatabaseDown(thrown)) throw thrown;
      logger.error(
        { error: describeForLog(thrown, resources.mask), failures },
        'the kind of run cannot record its outcome',
      );
      if (failures === FINISH_TRIES) break;
      await pause(backOffMs(failures, { baseMs: deps.settings.retryBaseMs, maxMs: deps.settings.retryMaxMs }));
    }
  }
  const outcome = failedWith(kernelErrors.INTERNAL());
  outcome.reason = `${outcome.reason} The run's outcome, ${end.finish.state}, could not be recorded.`;
  await persist(() => deps.journal.record(resources.lease, { ...end, finish: outcome }));
}
