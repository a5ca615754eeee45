/**
 * The queue of runs: from enqueue to the first line of the step, against a bare NOTIFY + SKIP LOCKED loop in the same
 * run; and how many runs that do nothing go through in a second. Prints the table of bench/README.md.
 *
 *     node bench/runs/queue.ts
 */
import { z } from 'zod';
import { silentLogger } from '../../packages/server/src/kernel/logger.ts';
import { createRunEngine, type RunEngine } from '../../packages/server/src/platform/runs/run-engine.ts';
import { defineRunKind } from '../../packages/server/src/platform/runs/run-kind.ts';
import { createBareQueue } from './bare-queue.ts';
import { type BenchDatabase, createBenchDatabase } from './bench-database.ts';
import { percentile, table, whole } from './statistics.ts';

const SAMPLES = 2_000;
const WARM_UP = 200;
const NO_OPS = 10_000;
const PER_TRANSACTION = 20;
const PRODUCERS = 4;
const CONCURRENCY = 64;

let started: (runId: string) => void = () => {};
let ended: () => void = () => {};

const noOp = defineRunKind({
  name: 'bench.no-op',
  lane: 'long',
  input: z.strictObject({}),
  timeoutMs: 60_000,
  supersedesQueued: false,
  steps: [
    {
      name: 'nothing',
      async run({ runId }) {
        started(runId);
        return null;
      },
    },
  ],
});

async function enqueue(database: BenchDatabase, engine: RunEngine, subjects: readonly string[]): Promise<void> {
  await database.db.transaction().execute(async (trx) => {
    for (const subject of subjects) {
      await engine.enqueue(trx, { kind: noOp.name, organizationId: null, subject, input: {}, askedBy: null });
    }
  });
}

async function enqueueToStart(database: BenchDatabase, engine: RunEngine, n: number): Promise<number> {
  const start = performance.now();
  const begun = new Promise<number>((resolve) => {
    started = () => resolve(performance.now() - start);
  });
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  await enqueue(database, engine, [`subject-${n}`]);
  const milliseconds = await begun;
  await over;
  return milliseconds;
}

async function measureLatency(database: BenchDatabase, engine: RunEngine) {
  const bare = await createBareQueue(database);
  const samples = { davit: [] as number[], bare: [] as number[] };
  for (let n = 0; n < WARM_UP + SAMPLES; n++) {
    const davitMs = await enqueueToStart(database, engine, n);
    const bareMs = await bare.enqueueToStart();
    if (n < WARM_UP) continue;
    samples.davit.push(davitMs);
    samples.bare.push(bareMs);
  }
  await bare.close();
  return samples;
}

/** Runs a second, from the first enqueue until the last has ended. */
async function measureThroughput(database: BenchDatabase, engine: RunEngine): Promise<number> {
  let left = NO_OPS;
  const over = new Promise<void>((resolve) => {
    ended = () => --left === 0 && resolve();
  });
  started = () => {};
  const start = performance.now();
  const subjects = Array.from({ length: NO_OPS }, (_, n) => `parallel-${n}`);
  let next = 0;
  async function produce(): Promise<void> {
    while (next < NO_OPS) {
      const at = next;
      next += PER_TRANSACTION;
      await enqueue(database, engine, subjects.slice(at, next));
    }
  }
  await Promise.all(Array.from({ length: PRODUCERS }, produce));
  await over;
  return NO_OPS / ((performance.now() - start) / 1_000);
}

await using database = await createBenchDatabase();
const engine = createRunEngine({
  database,
  logger: silentLogger,
  concurrency: CONCURRENCY,
  kinds: [noOp],
  ownerName: 'bench',
});
engine.onRunChanged((change) => change.state === 'succeeded' && ended());
await engine.start();
const { davit, bare } = await measureLatency(database, engine);
const perSecond = await measureThroughput(database, engine);
await engine.stop(1_000);

const ratio = percentile(davit, 0.5) / percentile(bare, 0.5);
const ms = (values: number[], part: number) => `${percentile(values, part).toFixed(2)} ms`;
console.log(
  table(
    ['measured', 'davit', 'peer', 'ratio', 'goal'],
    [
      [
        'enqueue to start, p50',
        ms(davit, 0.5),
        `bare loop: ${ms(bare, 0.5)}`,
        `${ratio.toFixed(2)} times the time`,
        '≤ 2',
      ],
      ['enqueue to start, p95', ms(davit, 0.95), `bare loop: ${ms(bare, 0.95)}`, '', '< 50 ms'],
      ['runs that do nothing, enqueued and ended', `${whole(perSecond)} runs/s`, '', '', '≥ 1,000 runs/s'],
    ],
  ),
);
