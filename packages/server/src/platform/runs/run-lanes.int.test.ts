import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunLane, RunStep } from './run-kind.ts';

// Lanes: runs wait for their like only, and one organization holds up no other.

/** A kind for each lane, whose runs go on until they are let go or interrupted, and engines for them. */
async function startLanes() {
  const world = await startEngines();
  const letGo = new Map<string, () => void>();
  const begun: string[] = [];
  const kinds = (['quick', 'long', 'lasting', 'dependent'] as const).map((lane) =>
    world.kind(
      lane,
      [
        {
          name: 'work',
          async run({ subject, signal }) {
            const free = Promise.withResolvers<void>();
            letGo.set(subject, free.resolve);
            begun.push(subject);
            await Promise.race([free.promise, once(signal, 'abort')]);
            signal.throwIfAborted();
          },
        },
      ],
      { lane },
    ),
  );
  return {
    world,
    begun,
    engine: (concurrency: number, ownerName = 'server-a') => world.engine({ kinds, concurrency, ownerName }),
    ask: (engine: RunEngine, lane: RunLane, subject: string, organizationId: string | null = null) =>
      world.enqueue(engine, { kind: lane, subject, organizationId }),
    begins: (subject: string) => until(`${subject} begins`, () => begun.includes(subject)),
    letGo: (subject: string) => letGo.get(subject)?.(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const lanes: readonly RunLane[] = ['quick', 'long', 'lasting', 'dependent'];

test.each(lanes)('runs that fill all places of lane %s hold up no other', async (full) => {
  await using all = await startLanes();
  const engine = await all.engine(1);
  for (let n = 0; n < 10; n++) await all.ask(engine, full, `${full} ${n}`);
  await all.begins(`${full} 0`);
  for (const lane of lanes.filter((one) => one !== full)) {
    const id = await all.ask(engine, lane, lane);
    await all.begins(lane);
    all.letGo(lane);
    expect(await all.world.ended(engine, id)).toMatchObject({ state: 'succeeded' });
  }
  expect(await engine.listRuns(null, { states: ['queued'], limit: 20 })).not.toEqual([]);
});

test('an organization with many quick or lasting runs leaves half of the places to others', async () => {
  await using all = await startLanes();
  const engine = await all.engine(1);
  const [greedy, modest] = [await all.world.createOrganization('greedy'), await all.world.createOrganization('modest')];
  for (const lane of ['quick', 'lasting'] as const) {
    for (let n = 0; n < 4; n++) await all.ask(engine, lane, `${lane} ${n}`, greedy);
    await all.begins(`${lane} 1`);
    await all.ask(engine, lane, `${lane} of the other`, modest);
    await all.begins(`${lane} of the other`);
    expect(all.begun).not.toContain(`${lane} 2`);
    all.letGo(`${lane} 0`);
    await all.begins(`${lane} 2`);
  }
});

test('a long run of an organization that has none comes before the next of one that has many, which takes what is left', async () => {
  await using all = await startLanes();
  const engine = await all.engine(2);
  const [greedy, modest] = [await all.world.createOrganization('greedy'), await all.world.createOrganization('modest')];
  for (const name of ['a', 'b', 'c']) await all.ask(engine, 'long', name, greedy);
  await all.begins('b');
  await all.ask(engine, 'long', 'of the other', modest);
  all.letGo('a');
  await all.begins('of the other');
  expect(all.begun).toEqual(['a', 'b', 'of the other']);
  all.letGo('of the other');
  await all.begins('c');
});

test('runs that applications keep waiting take no places after a while, and go on when those have ended', async () => {
  await using world = await startEngines();
  const slow = Promise.withResolvers<void>();
  const begun: string[] = [];
  const wait: RunStep<unknown> = {
    name: 'stop',
    waitsForApplication: true,
    async run({ subject }) {
      begun.push(subject);
      await slow.promise;
      return null;
    },
  };
  const kinds = [world.kind('restart', [wait, { name: 'after', run: async () => null }], { lane: 'quick' })];
  const engine = await world.engine({ kinds, concurrency: 1, settings: { placeLeftAfterMs: 100 } });
  for (const name of ['greedy', 'greedy too', 'modest']) {
    const organizationId = await world.createOrganization(name);
    for (let n = 0; n < 4; n++)
      await world.enqueue(engine, { kind: 'restart', subject: `${name} ${n}`, organizationId });
  }
  await until('all wait at once', () => begun.length === 12);
  slow.resolve();
  const left = "select from runs where state <> 'succeeded'";
  await until('all have gone on to their end', async () => (await world.database.pool.query(left)).rowCount === 0);
});

test('organizations take turns: two with many long runs do not keep the next place from a third', async () => {
  await using all = await startLanes();
  const engine = await all.engine(2);
  const [one, two, modest] = [
    await all.world.createOrganization('one'),
    await all.world.createOrganization('two'),
    await all.world.createOrganization('modest'),
  ];
  for (let n = 0; n < 4; n++) await all.ask(engine, 'long', `one ${n}`, one);
  await all.begins('one 1');
  for (let n = 0; n < 4; n++) await all.ask(engine, 'long', `two ${n}`, two);
  await all.ask(engine, 'long', 'of the third', modest);
  all.letGo('one 0');
  await all.begins('two 0');
  all.letGo('one 1');
  await all.begins('of the third');
  expect(all.begun).toEqual(['one 0', 'one 1', 'two 0', 'of the third']);
  all.letGo('of the third');
  await all.begins('one 2');
});

test('what a server leaves is taken over by the places of its lane', async () => {
  await using all = await startLanes();
  const leaving = await all.engine(1);
  const ids = { long: await all.ask(leaving, 'long', 'a'), quick: await all.ask(leaving, 'quick', 'b') };
  await Promise.all([all.begins('a'), all.begins('b')]);
  const staying = await all.engine(1, 'server-b');
  await all.ask(staying, 'long', 'own');
  await all.begins('own');
  all.begun.length = 0;
  await leaving.stop(5_000);
  await all.begins('b');
  expect(all.begun).toEqual(['b']);
  all.letGo('b');
  expect(await all.world.ended(staying, ids.quick)).toMatchObject({ state: 'succeeded' });
  all.letGo('own');
  await all.begins('a');
  all.letGo('a');
  expect(await all.world.ended(staying, ids.long)).toMatchObject({ state: 'succeeded' });
});
