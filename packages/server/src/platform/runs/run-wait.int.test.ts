import { expect, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import type { RunEngine } from './run-engine.ts';
import { type RunContext, type RunOutcome, type RunStep, RunWait } from './run-kind.ts';

// A run that waits for somebody's decision: without a worker, for days if need be, over restarts.

type Worlds = Awaited<ReturnType<typeof startEngines>>;
const expired: RunOutcome = { state: 'canceled', reason: 'Nobody decided in time.', errorCode: null };
const ask = (limitMs = 60_000): RunStep<unknown> => ({
  name: 'ask',
  run: async ({ output }) => {
    output.write('system', 'May I?');
    return new RunWait({ limitMs, expired });
  },
});
const step = (name: string, run: (context: RunContext<unknown>) => unknown): RunStep<unknown> => ({
  name,
  run: async (context) => {
    run(context);
    return null;
  },
});
const waits = (engine: RunEngine, id: string) =>
  until('it waits', async () => (await engine.getRun(null, id)).state === 'waiting');
const decide = (world: Worlds, engine: RunEngine, runId: string, decision: string) =>
  world.database.db.transaction().execute((trx) => engine.decide(trx, { organizationId: null, runId, decision }));
const stepsOf = async (engine: RunEngine, id: string) =>
  (await engine.listSteps(await engine.getRun(null, id))).map(
    ({ name, state, attempt }) => `${name} ${state} ${attempt}`,
  );

test('a run waits for a decision, which becomes the result of its step, and goes on at the next', async () => {
  await using world = await startEngines();
  const seen: unknown[] = [];
  const kind = world.kind('change', [
    step('first', () => seen.push('first')),
    ask(),
    step('last', ({ results, attempt }) => seen.push(results['ask'], attempt)),
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  expect(await engine.getRun(null, id)).toMatchObject({ reason: null, finishedAt: null, currentStep: 'ask' });
  expect(await stepsOf(engine, id)).toEqual(['first succeeded 1', 'ask running 1', 'last pending 0']);
  expect(await decide(world, engine, id, 'go')).toBe(true);
  expect(await world.ended(engine, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(seen).toEqual(['first', 'go', 1]);
  expect(await stepsOf(engine, id)).toEqual(['first succeeded 1', 'ask succeeded 1', 'last succeeded 1']);
  expect((await world.output(engine, id)).map(({ seq, content }) => [seq, content])).toEqual([[1, 'May I?']]);
});

test('whoever decides twice, too late or for another organization changes nothing', async () => {
  await using world = await startEngines();
  const seen: unknown[] = [];
  const kind = world.kind('change', [ask(), step('last', ({ results }) => seen.push(results['ask']))]);
  const engine = await world.engine({ kinds: [kind], concurrency: 1 });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  const ofOthers = { organizationId: 'org_other', runId: id, decision: 'no' };
  expect(await world.database.db.transaction().execute((trx) => engine.decide(trx, ofOthers))).toBe(false);
  const both = await Promise.all(['one', 'two'].map((word) => decide(world, engine, id, word)));
  expect(both.filter(Boolean)).toHaveLength(1);
  await world.ended(engine, id);
  expect(seen).toEqual([both[0] ? 'one' : 'two']);
  expect(await decide(world, engine, id, 'late')).toBe(false);
});

test('a run that waits takes no place of a worker and holds up no other run of its subject', async () => {
  await using world = await startEngines();
  const kinds = [world.kind('change', [ask()]), world.kind('look', [step('look', () => {})])];
  const engine = await world.engine({ kinds, concurrency: 1 });
  const first = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, first);
  const look = await world.enqueue(engine, { kind: 'look', subject: 'a' });
  expect(await world.ended(engine, look)).toMatchObject({ state: 'succeeded' });
  expect(await engine.getRun(null, first)).toMatchObject({ state: 'waiting' });
});

test('a run outlives the server it waited on; another goes on with what the first had done', async () => {
  await using world = await startEngines();
  const seen: unknown[] = [];
  const kind = world.kind('change', [
    { name: 'first', run: async () => ({ made: 'here' }) },
    ask(),
    step('last', ({ results }) => seen.push({ ...results })),
  ]);
  const engine = await world.engine({ kinds: [kind], ownerName: 'server-a' });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  await engine.stop(1_000);
  const reader = await world.engine({ kinds: [kind], concurrency: 0 });
  expect(await decide(world, reader, id, 'go')).toBe(true);
  const other = await world.engine({ kinds: [kind], ownerName: 'server-b' });
  await world.ended(other, id);
  expect(seen).toEqual([{ first: { made: 'here' }, ask: 'go' }]);
});

test('the time of waiting does not count against the timeout', async () => {
  await using world = await startEngines();
  const kind = world.kind('change', [ask(), step('last', () => {})], { timeoutMs: 30_000 });
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  await world.database.pool.query(
    `update runs set started_at = now() - interval '3 days', waiting_since = now() - interval '3 days' where id = $1`,
    [id],
  );
  await decide(world, engine, id, 'go');
  expect(await world.ended(engine, id)).toMatchObject({ state: 'succeeded' });
});

test('nobody decides: the run ends by its limit, as it said, and its kind is told once', async () => {
  await using world = await startEngines();
  const told: unknown[] = [];
  const kind = world.kind('change', [ask(50), step('last', () => {})], {
    cleanup: async () => void told.push('cleanup'),
    onFinished: async (_trx, run, outcome) => void told.push([run.id, outcome]),
  });
  const engines = await Promise.all(['a', 'b'].map((ownerName) => world.engine({ kinds: [kind], ownerName })));
  const [engine] = engines as [RunEngine, RunEngine];
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  expect(await world.ended(engine, id)).toMatchObject({ state: 'canceled', reason: 'Nobody decided in time.' });
  expect(told).toEqual([[id, expired]]);
  expect(await stepsOf(engine, id)).toEqual(['ask canceled 1', 'last skipped 0']);
});

test('a decision that comes after the time is over decides nothing, also before the end is written down', async () => {
  await using world = await startEngines();
  const kind = world.kind('change', [ask(), step('last', () => {})]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  await engine.stop(1_000);
  const reader = await world.engine({ kinds: [kind], concurrency: 0 });
  await world.database.pool.query(`update runs set wait_until = now() where id = $1`, [id]);
  expect(await decide(world, reader, id, 'late')).toBe(false);
  const other = await world.engine({ kinds: [kind] });
  expect(await world.ended(other, id)).toMatchObject({ state: 'canceled', reason: 'Nobody decided in time.' });
});

test('a waiting run is canceled at once, or ended by whoever takes its place', async () => {
  await using world = await startEngines();
  const told: RunOutcome[] = [];
  const kind = world.kind('change', [ask()], { onFinished: async (_trx, _run, outcome) => void told.push(outcome) });
  const engine = await world.engine({ kinds: [kind] });
  const [one, two] = [
    await world.enqueue(engine, { kind: 'change', subject: 'a' }),
    await world.enqueue(engine, { kind: 'change', subject: 'b' }),
  ];
  await Promise.all([waits(engine, one), waits(engine, two)]);
  expect(await engine.cancel(null, one, 'usr_a')).toMatchObject({ state: 'canceled', reason: 'Canceled on request.' });
  const outcome: RunOutcome = { state: 'superseded', reason: 'Another came.', errorCode: null };
  const end = { organizationId: null, runId: two, outcome, supersededBy: one };
  const ends = () => world.database.db.transaction().execute((trx) => engine.endWaiting(trx, end));
  expect([await ends(), await ends()]).toEqual([true, false]);
  expect(await engine.getRun(null, two)).toMatchObject({ state: 'superseded', supersededBy: one });
  expect(told.map(({ state }) => state)).toEqual(['canceled', 'superseded']);
});

test('a run that was decided and waits for its turn is canceled as one that had begun', async () => {
  await using world = await startEngines();
  const kind = world.kind('change', [ask(), step('last', () => {})]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'change', subject: 'a' });
  await waits(engine, id);
  await engine.stop(1_000);
  const reader = await world.engine({ kinds: [kind], concurrency: 0 });
  await decide(world, reader, id, 'go');
  expect(await reader.cancel(null, id, null)).toMatchObject({ state: 'canceled', reason: 'Canceled on request.' });
});

test('what speaks against waiting ends the run, after its cleanup: a cancel that comes as it begins, or a reason of its own', async () => {
  await using world = await startEngines();
  const cleaned: string[] = [];
  const instead: RunOutcome = { state: 'superseded', reason: 'Something newer is there.', errorCode: null };
  let engine: RunEngine;
  const late = (input: unknown): RunStep<unknown> => ({
    name: 'ask',
    run: async ({ runId }) =>
      new RunWait({
        limitMs: 60_000,
        expired,
        async begin() {
          if (input !== 'cancel') return instead;
          await engine.cancel(null, runId, 'usr_a');
          return undefined;
        },
      }),
  });
  const cleanup = async ({ subject }: RunContext<unknown>) => void cleaned.push(subject);
  const kinds = ['cancel', 'newer'].map((name) => world.kind(name, [late(name)], { cleanup }));
  engine = await world.engine({ kinds });
  const canceled = await world.enqueue(engine, { kind: 'cancel', subject: 'a' });
  expect(await world.ended(engine, canceled)).toMatchObject({ state: 'canceled', reason: 'Canceled on request.' });
  const newer = await world.enqueue(engine, { kind: 'newer', subject: 'b' });
  expect(await world.ended(engine, newer)).toMatchObject({ state: 'superseded', reason: instead.reason });
  expect(cleaned).toEqual(['a', 'b']);
});
