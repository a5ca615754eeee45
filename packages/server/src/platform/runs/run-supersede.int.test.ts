import { expect, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import type { RunOutcome } from './run-kind.ts';

function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: () => resolve() };
}

test('a newer run takes the place of the queued ones of its kind and subject, never of a running one', async () => {
  await using world = await startEngines();
  const gate = createGate();
  const log: unknown[] = [];
  const finished: [unknown, RunOutcome['state']][] = [];
  const kind = world.kind(
    'deploy',
    [
      {
        name: 'wait',
        async run({ input }) {
          log.push(input);
          await gate.wait();
        },
      },
    ],
    {
      supersedesQueued: true,
      async onFinished(trx, run, outcome) {
        finished.push([run.input, outcome.state]);
        await trx.insertInto('platformSettings').values({ name: run.id, value: 'true' }).execute();
      },
    },
  );
  const other = world.kind('restart', [{ name: 'note', run: async () => void log.push('restart') }]);
  const engine = await world.engine({ kinds: [kind, other] });
  const first = await world.enqueue(engine, { kind: 'deploy', subject: 'svc_a', input: 1 });
  await until('the first runs', () => log.length === 1);
  const second = await world.enqueue(engine, { kind: 'deploy', subject: 'svc_a', input: 2 });
  const restart = await world.enqueue(engine, { kind: 'restart', subject: 'svc_a' });
  const third = await world.enqueue(engine, { kind: 'deploy', subject: 'svc_a', input: 3 });
  expect(await engine.getRun(null, second)).toMatchObject({
    state: 'superseded',
    reason: expect.stringMatching(/newer/),
    supersededBy: third,
    startedAt: null,
  });
  expect(finished).toEqual([[2, 'superseded']]);
  gate.open();
  for (const id of [first, restart, third]) expect((await world.ended(engine, id)).state).toBe('succeeded');
  expect(log).toEqual([1, 'restart', 3]);
  const marks = await world.database.db.selectFrom('platformSettings').select('name').execute();
  expect(marks.map((mark) => mark.name).sort()).toEqual([first, second, third].sort());
});

test('where order matters, a run takes the place of those right before it only', async () => {
  await using world = await startEngines();
  const log: unknown[] = [];
  const gate = createGate();
  const kindOf = (name: string) =>
    world.kind(
      name,
      [
        {
          name: 'note',
          async run({ input }) {
            log.push(`${name} ${JSON.stringify(input)}`);
            if (input === 1) await gate.wait();
          },
        },
      ],
      { supersedesQueued: 'adjacent' },
    );
  const engine = await world.engine({ kinds: [kindOf('deploy'), kindOf('destroy')] });
  const ask = (kind: string, input: number) => world.enqueue(engine, { kind, subject: 'res_a', input });
  await ask('deploy', 1);
  await until('the first runs', () => log.length === 1);
  await ask('deploy', 2);
  await ask('deploy', 3);
  await ask('destroy', 4);
  await ask('destroy', 5);
  const last = await ask('deploy', 6);
  gate.open();
  expect((await world.ended(engine, last)).state).toBe('succeeded');
  expect(log).toEqual(['deploy 1', 'deploy 3', 'destroy 5', 'deploy 6']);
});
