import type { Logger } from '../../kernel/logger.ts';
import type { ExecutionDeps } from './execution-deps.ts';
import { createFloodBound } from './output-flood.ts';
import { type EncodedBatch, readOutputEnd, storeOutput } from './output-store.ts';
import { createOutputWriter } from './output-writer.ts';
import type { ClaimedRun } from './run-claim.ts';
import type { RunResources } from './run-context.ts';
import type { JsonValue, RunKind } from './run-kind.ts';
import type { Lease } from './run-lease.ts';
import { createSecretMask } from './secret-mask.ts';

interface OpenOptions {
  claim: ClaimedRun;
  lease: Lease;
  input: unknown;
  kind: RunKind<unknown>;
  deps: ExecutionDeps;
  logger: Logger;
  persist: <T>(work: (again: boolean) => Promise<T>) => Promise<T>;
  onLeaseLost: () => void;
}

/** What a run that was taken over, or has waited, has behind it: the results of its steps, and the end of its output. */
async function readPast({ claim, deps, persist }: OpenOptions) {
  const { pool } = deps.database;
  return persist(async () => {
    const { rows } = await pool.query<{ name: string; result: JsonValue }>(
      `select name, result from run_steps where run_id = $1 and state = 'succeeded'`,
      [claim.id],
    );
    const results = Object.fromEntries(rows.map((row) => [row.name, row.result]));
    return { results, output: await readOutputEnd(pool, claim.id) };
  });
}

/** What a run needs while it is worked on: its past, its output, its secrets. */
export async function openResources(options: OpenOptions): Promise<RunResources> {
  const { claim, lease, deps, logger, persist } = options;
  const { settings, clock, database } = deps;
  const fresh = { results: {} as Record<string, JsonValue>, output: { lastSeq: 0, bytes: 0 } };
  const past = claim.takenFrom === null && !claim.isResumed ? fresh : await readPast(options);
  const mask = createSecretMask();
  const flood = createFloodBound({
    linesPerSecond: settings.outputLinesPerSecond,
    windowSeconds: settings.outputWindowSeconds,
    maxBytes: settings.outputMaxBytes,
    keptBytes: past.output.bytes,
  });

  async function store(batch: EncodedBatch): Promise<void> {
    try {
      await persist((again) => storeOutput(database.pool, lease, batch, { leaseMs: settings.leaseMs, again }));
    } catch (thrown) {
      logger.error({ err: thrown, firstSeq: batch.firstSeq, lastSeq: batch.lastSeq }, 'output cannot be stored');
      options.onLeaseLost();
      throw thrown;
    }
  }

  const writer = createOutputWriter({
    runId: claim.id,
    lastSeq: past.output.lastSeq,
    settings,
    clock,
    mask,
    flood,
    store,
  });
  if (claim.takenFrom !== null) {
    writer.note(claim.currentStep ?? '', `Taken over from ${claim.takenFrom} by ${deps.ownerName}, which goes on.`);
  }
  return {
    claim,
    lease,
    input: options.input,
    results: past.results,
    writer,
    mask,
    database,
    leaseMs: settings.leaseMs,
    logger,
    onLeaseLost: options.onLeaseLost,
  };
}
