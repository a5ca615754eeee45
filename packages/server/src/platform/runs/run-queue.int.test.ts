import { expect, test } from 'vitest';
import { startDeafPostgres } from '../../../test/support/deaf-postgres.ts';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import { createDatabase } from '../db/database.ts';
import type { RunChange } from './run.ts';
import type { RunEngine } from './run-engine.ts';

/** Never within a test: only a notification brings work. */
const NEVER = 3_600_000;

function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: () => resolve() };
}

test('runs of a subject run one at a time and in the order of their commits, over several servers', async () => {
  await using world = await startEngines();
  const log: string[] = [];
  let running = 0;
  const kind = world.kind('build', [
    {
      name: 'note',
      async run({ input }) {
        expect(++running).toBe(1);
        log.push(JSON.stringify(input));
        await new Promise(setImmediate);
        running--;
      },
    },
  ]);
  const engines = [await world.engine({ kinds: [kind] }), await world.engine({ kinds: [kind], ownerName: 'server-b' })];
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) {
    const [engine] = engines;
    if (engine) ids.push(await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: n }));
  }
  for (const id of ids) if (engines[0]) await world.ended(engines[0], id);
  expect(log).toEqual(Array.from({ length: 30 }, (_, n) => String(n)));
});

test('of two transactions that enqueue for a subject the one that commits first is first', async () => {
  await using world = await startEngines();
  const log: unknown[] = [];
  const kind = world.kind('build', [{ name: 'note', run: async ({ input }) => void log.push(input) }]);
  const engine = await world.engine({ kinds: [kind] });
  const run = { kind: 'build', subject: 'svc_a', organizationId: null, askedBy: null };
  const begun = createGate();
  const commit = createGate();
  const first = world.database.db.transaction().execute(async (trx) => {
    await engine.enqueue(trx, { ...run, input: 'first' });
    begun.open();
    await commit.wait();
  });
  await begun.wait();
  const second = world.enqueue(engine, { ...run, input: 'second' });
  commit.open();
  await first;
  await world.ended(engine, await second);
  expect(log).toEqual(['first', 'second']);
});

test('a run of a transaction that is rolled back never was', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [{ name: 'note', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind] });
  const rolledBack = world.database.db.transaction().execute(async (trx) => {
    await engine.enqueue(trx, { kind: 'build', subject: 'svc_a', input: 1, organizationId: null, askedBy: null });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await engine.listRuns(null, { limit: 10 })).toEqual([]);
});

test('runs that wait for others do not hold the places that those need', async () => {
  await using world = await startEngines();
  const order: string[] = [];
  const awaited = world.kind('awaited', [{ name: 'work', run: async () => void order.push('awaited') }]);
  const waits = world.kind(
    'waits',
    [
      {
        name: 'wait',
        async run({ subject }) {
          const id = await world.enqueue(engine, { kind: 'awaited', subject: `of ${subject}` });
          await world.ended(engine, id);
          order.push('waits');
          return null;
        },
      },
    ],
    { lane: 'dependent' },
  );
  const engine: RunEngine = await world.engine({ kinds: [awaited, waits], concurrency: 1 });
  const ids = [await world.enqueue(engine, { kind: 'waits', subject: 'a' })];
  ids.push(await world.enqueue(engine, { kind: 'waits', subject: 'b' }));
  for (const id of ids) await world.ended(engine, id);
  // One place of each sort: the second waits until the first is through.
  expect(order).toEqual(['awaited', 'waits', 'awaited', 'waits']);
});

test('different subjects run side by side, up to the concurrency and no further', async () => {
  await using world = await startEngines();
  const gate = createGate();
  let running = 0;
  let most = 0;
  const kind = world.kind('build', [
    {
      name: 'wait',
      async run() {
        most = Math.max(most, ++running);
        await gate.wait();
        running--;
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind], concurrency: 3 });
  const ids = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((subject) => world.enqueue(engine, { kind: 'build', subject })),
  );
  await until('three run', () => running === 3);
  expect((await engine.listRuns(null, { states: ['queued'], limit: 10 })).length).toBe(2);
  gate.open();
  for (const id of ids) await world.ended(engine, id);
  expect(most).toBe(3);
});

test('two servers share the work, and each run is done once', async () => {
  await using world = await startEngines();
  const done: string[] = [];
  const kindOf = (server: string) =>
    world.kind('build', [
      { name: 'note', run: async ({ input }) => void done.push(`${server} ${JSON.stringify(input)}`) },
    ]);
  const engine = await world.engine({ kinds: [kindOf('a')], concurrency: 2 });
  await world.engine({ kinds: [kindOf('b')], concurrency: 2, ownerName: 'server-b' });
  const ids = await Promise.all(
    Array.from({ length: 60 }, (_, n) => world.enqueue(engine, { kind: 'build', subject: `svc_${n}`, input: n })),
  );
  for (const id of ids) await world.ended(engine, id);
  expect(done.map((one) => Number(one.slice(2))).sort((a, b) => a - b)).toEqual(ids.map((_, n) => n));
  expect(new Set(done.map((one) => one[0]))).toEqual(new Set(['a', 'b']));
});

test('a run for later does not start before its time, and holds up nobody', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [{ name: 'note', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind] });
  const runAt = new Date(Date.now() + 1_500);
  const late = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', runAt });
  const now = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  expect((await world.ended(engine, now)).state).toBe('succeeded');
  expect((await engine.getRun(null, late)).state).toBe('queued');
  expect((await world.ended(engine, late)).startedAt?.getTime()).toBeGreaterThanOrEqual(runAt.getTime());
});

test('a server finds work by itself when its notifications are lost', async () => {
  await using world = await startEngines();
  await using deaf = await startDeafPostgres(world.database.connectionString);
  const connection = { connectionString: deaf.connectionString, maxConnections: 5, minConnections: 0 };
  const database = createDatabase({ ...connection, maxLifetimeSeconds: 3600 });
  const heard: RunChange[] = [];
  const kind = world.kind('build', [{ name: 'note', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind], database });
  engine.onRunChanged((change) => heard.push(change));
  const queue = await world.engine({ kinds: [kind], concurrency: 0 });
  // From here the listener hears nothing: what it hears of a run only it knows about proves it deaf.
  await until('it is deaf', async () => {
    const before = heard.length;
    const id = await world.enqueue(queue, { kind: 'build', subject: 'probe' });
    await world.ended(queue, id);
    return heard.length === before;
  });
  heard.length = 0;
  const id = await world.enqueue(queue, { kind: 'build', subject: 'svc_a' });
  expect((await world.ended(queue, id)).state).toBe('succeeded');
  expect(heard).toEqual([]);
  await engine.stop(1_000);
  await database.close();
});

test('a listener whose connection is cut connects again and looks for what it missed', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [{ name: 'note', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind], settings: { pollEveryMs: NEVER } });
  for (let n = 0; n < 3; n++) {
    const { rows } = await world.database.pool.query<{ cut: boolean }>(
      `select pg_terminate_backend(pid) as cut from pg_stat_activity
       where datname = current_database() and application_name = 'davit-listen'`,
    );
    expect(rows).toEqual([{ cut: true }]);
    const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
    expect((await world.ended(engine, id)).state).toBe('succeeded');
    await until('it listens again', async () => {
      const found = await world.database.pool.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'davit-listen'
           and query like 'listen%'`,
      );
      return found.rowCount === 1;
    });
  }
});

test('every server hears of every change of a run', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    { name: 'one', run: async () => null },
    { name: 'two', run: async () => null },
  ]);
  const worker = await world.engine({ kinds: [kind] });
  const reader = await world.engine({ kinds: [kind], concurrency: 0 });
  const heard: RunChange[] = [];
  const stop = reader.onRunChanged((change) => heard.push(change));
  const id = await world.enqueue(worker, { kind: 'build', subject: 'svc_a' });
  await until('the end is heard', () => heard.some((change) => change.state === 'succeeded'));
  expect(heard.map(({ state, step }) => [state, step])).toEqual([
    ['queued', null],
    ['running', 'one'],
    ['running', 'two'],
    ['succeeded', 'two'],
  ]);
  expect(heard[0]).toMatchObject({ runId: id, organizationId: null, kind: 'build', subject: 'svc_a' });
  stop();
  await world.ended(worker, await world.enqueue(worker, { kind: 'build', subject: 'svc_a' }));
  expect(heard.length).toBe(4);
});

test('a run that this version does not know is failed, and says why', async () => {
  await using world = await startEngines();
  const old = await world.engine({ kinds: [world.kind('gone', [])], concurrency: 0 });
  const id = await world.enqueue(old, { kind: 'gone', subject: 'svc_a' });
  const engine = await world.engine({ kinds: [] });
  expect(await world.ended(engine, id)).toMatchObject({
    state: 'failed',
    errorCode: 'RUN_KIND_UNKNOWN',
    reason: 'This version of davit does not know this kind of run.',
  });
});
