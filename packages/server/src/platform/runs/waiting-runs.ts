import type { Db, Tx } from '../db/database.ts';
import type { JsonValue, RunOutcome } from './run-kind.ts';
import { decideRun, type EndedRun, endWaitingRun, listExpired } from './run-wait.ts';

/** What is done with runs that wait, from outside of a worker. */
export interface WaitingRuns {
  /**
   * Decides, within the caller's transaction, what a run waits for: the decision is recorded as the result of the step that
   * asked, and the run goes on at the next. False when it does not wait (any more): whoever decides twice changes nothing.
   */
  decide(trx: Tx, run: { organizationId: string | null; runId: string; decision: JsonValue }): Promise<boolean>;
  /** Ends a waiting run within the caller's transaction; its kind is told. False when it does not wait (any more). */
  endWaiting(
    trx: Tx,
    run: { organizationId: string | null; runId: string; outcome: RunOutcome; supersededBy?: string | null },
  ): Promise<boolean>;
}

/** `tellKind`: what a kind wants done in the transaction in which one of its runs ends. */
export function createWaitingRuns(options: {
  db: Db;
  tellKind: (trx: Tx, run: EndedRun, outcome: RunOutcome) => Promise<void>;
}): WaitingRuns & { expire(): Promise<void> } {
  const { db, tellKind } = options;

  async function endWaiting(trx: Tx, run: Parameters<WaitingRuns['endWaiting']>[1]): Promise<boolean> {
    const ended = await endWaitingRun(trx, run);
    if (ended !== undefined) await tellKind(trx, ended, run.outcome);
    return ended !== undefined;
  }

  return {
    decide: decideRun,
    endWaiting,
    /** Ends those whose time is over. Several servers may do it at once: each run ends once. */
    async expire() {
      for (const run of await listExpired(db)) await db.transaction().execute((trx) => endWaiting(trx, run));
    },
  };
}
