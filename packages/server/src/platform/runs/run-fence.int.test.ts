import { expect, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';
import { storeOutput } from './output-store.ts';
import { createRunJournal } from './run-journal.ts';
import { RunInterruption } from './run-kind.ts';
import { fenceClient, fenceTransaction, handOver, holdsLease, type Lease, renewLeases } from './run-lease.ts';

// Each fence alone: a worker that was frozen meets several of them, and one of them is enough to stop it, so that a drill
// with a whole worker says nothing about any of the others.

type World = Awaited<ReturnType<typeof startEngines>>;
type Standing = 'held' | 'lapsed' | 'taken over';

const leaseMs = 60_000;

/** A run that a worker has picked up, and how its lease on it stands. */
async function leaseThat(world: World, standing: Standing): Promise<Lease> {
  const kind = world.kind('build', [{ name: 'only', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind], concurrency: 0 });
  const runId = await world.enqueue(engine, { kind: 'build', subject: `svc ${standing}` });
  const lease = { runId, token: 'token of this worker' };
  const token = standing === 'taken over' ? 'token of another' : lease.token;
  await world.database.pool.query(
    `update runs set state = 'running', lease_owner = 'somebody', lease_token = $2,
      lease_expires_at = now() + $3 * interval '1 minute' where id = $1`,
    [runId, token, standing === 'lapsed' ? -1 : 10],
  );
  return lease;
}

const rowOf = async (world: World, { runId }: Lease) => {
  const run = await world.database.pool.query('select * from runs where id = $1', [runId]);
  const steps = await world.database.pool.query('select * from run_steps where run_id = $1', [runId]);
  return { run: run.rows, steps: steps.rows };
};

/** Whether a fence lets a worker through. */
const fences: Record<string, (world: World, lease: Lease) => Promise<boolean>> = {
  'a transaction of a step': ({ database }, lease) =>
    passes(database.db.transaction().execute((trx) => fenceTransaction(trx, lease, leaseMs))),
  'storing output': async ({ database }, lease) => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      return await passes(fenceClient(client, lease, leaseMs));
    } finally {
      await client.query('rollback');
      client.release();
    }
  },
  'storing few lines': async ({ database }, lease) => {
    const line = { seq: 1, at: new Date().toISOString(), step: 'only', stream: 'stdout', content: 'a line' } as const;
    const batch = { firstSeq: 1, lastSeq: 1, rows: '', few: [line] };
    const isLetThrough = await passes(storeOutput(database.pool, lease, batch, { leaseMs, again: false }));
    const stored = await database.pool.query('select seq from run_output where run_id = $1', [lease.runId]);
    expect(stored.rowCount).toBe(isLetThrough ? 1 : 0);
    return isLetThrough;
  },
  'recording a step': ({ database }, lease) =>
    passes(createRunJournal(database.pool).record(lease, { startStep: { name: 'only', position: 0 } })),
  'ending the run': ({ database }, lease) =>
    passes(
      createRunJournal(database.pool).record(lease, {
        finish: { state: 'succeeded', reason: 'All steps are done.', errorCode: null },
      }),
    ),
  'an act outside of the database': ({ database }, lease) => holdsLease(database.pool, lease),
  'renewing the lease': async ({ database }, lease) => {
    const [renewed] = await renewLeases(database.pool, [lease], leaseMs);
    expect(['renewed', 'lost']).toContain(renewed?.state);
    return renewed?.state === 'renewed';
  },
};

async function passes(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(RunInterruption);
      expect((error as RunInterruption).interruption).toBe('lease-lost');
      return false;
    },
  );
}

test.for(Object.keys(fences))('%s: for who holds the lease, and for nobody else', async (name) => {
  await using world = await startEngines();
  const fence = fences[name];
  if (fence === undefined) throw new Error(name);
  expect(await fence(world, await leaseThat(world, 'held'))).toBe(true);
  for (const standing of ['lapsed', 'taken over'] as const) {
    const lease = await leaseThat(world, standing);
    const before = await rowOf(world, lease);
    expect(await fence(world, lease), standing).toBe(false);
    expect(await rowOf(world, lease)).toEqual(before);
  }
});

test('who hands runs over lets go of its own only', async () => {
  await using world = await startEngines();
  const [held, taken] = [await leaseThat(world, 'held'), await leaseThat(world, 'taken over')];
  const before = await rowOf(world, taken);
  await handOver(world.database.pool, [held, taken]);
  expect(await rowOf(world, taken)).toEqual(before);
  expect(await holdsLease(world.database.pool, held)).toBe(false);
});
