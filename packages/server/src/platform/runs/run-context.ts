import type { Logger } from '../../kernel/logger.ts';
import type { Database, Tx } from '../db/database.ts';
import { databaseErrors } from '../db/database-errors.ts';
import type { OutputWriter } from './output-writer.ts';
import type { ClaimedRun } from './run-claim.ts';
import { isDatabaseDown } from './run-failure.ts';
import { type JsonValue, type RunContext, RunInterruption } from './run-kind.ts';
import { fenceTransaction, holdsLease, type Lease } from './run-lease.ts';
import { pause } from './run-pause.ts';
import type { SecretMask } from './secret-mask.ts';

/** What a run has while one worker works on it. */
export interface RunResources {
  claim: ClaimedRun;
  lease: Lease;
  input: unknown;
  results: Readonly<Record<string, JsonValue>>;
  writer: OutputWriter;
  mask: SecretMask;
  database: Database;
  leaseMs: number;
  logger: Logger;
  /** Called when a fence is found closed. */
  onLeaseLost: () => void;
}

const RECONNECT_MS = 250;

/** A step's context, and the end of it: from then on it does nothing, whatever the step left running. */
export function createRunContext(
  resources: RunResources,
  step: { name: string; attempt: number; signal: AbortSignal },
): { context: RunContext<unknown>; close: () => void } {
  const { claim, lease, writer, database, leaseMs } = resources;
  let closed = false;

  function assertOpen(): void {
    // After cancel, timeout and handover a step may still write down how far it came; the lease is held until it ends.
    const reason: unknown = step.signal.reason;
    if (reason instanceof RunInterruption && reason.interruption === 'lease-lost') throw reason;
    if (closed) throw new RunInterruption('lease-lost');
  }

  async function once<T>(work: (trx: Tx) => Promise<T>, onBegun: () => void): Promise<T> {
    return database.db.transaction().execute(async (trx) => {
      await fenceTransaction(trx, lease, leaseMs);
      onBegun();
      const result = await work(trx);
      assertOpen();
      return result;
    });
  }

  async function transaction<T>(work: (trx: Tx) => Promise<T>): Promise<T> {
    for (;;) {
      assertOpen();
      let begun = false;
      try {
        return await once(work, () => {
          begun = true;
        });
      } catch (thrown) {
        if (thrown instanceof RunInterruption && thrown.interruption === 'lease-lost' && !closed)
          resources.onLeaseLost();
        if (!isDatabaseDown(thrown)) throw thrown;
        // Nothing was done yet: the database is restarting, and may be back before the lease lapses.
        if (begun) throw databaseErrors.DATABASE_UNREACHABLE({ cause: thrown });
        await pause(RECONNECT_MS, step.signal);
      }
    }
  }

  const context: RunContext<unknown> = {
    runId: claim.id,
    organizationId: claim.organizationId,
    subject: claim.subject,
    input: resources.input,
    attempt: step.attempt,
    signal: step.signal,
    results: resources.results,
    output: {
      write: (stream, text) => closed || writer.write(step.name, stream, text),
      flush: async () => {
        assertOpen();
        await writer.flush();
      },
    },
    logger: resources.logger.child({ step: step.name }),
    mask: (secrets) => resources.mask.add(secrets),
    transaction,
    async assertLease() {
      assertOpen();
      if (!(await holdsLease(database.pool, lease))) {
        resources.onLeaseLost();
        throw new RunInterruption('lease-lost');
      }
      assertOpen();
    },
  };
  return {
    context,
    close() {
      closed = true;
    },
  };
}
