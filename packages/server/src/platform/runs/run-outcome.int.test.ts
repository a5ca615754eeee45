import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import { kernelErrors } from '../../kernel/app-error.ts';
import type { RunContext, RunInterruption, RunOutcome } from './run-kind.ts';

/** A step that runs until it is told to stop, and says so. */
function untilStopped(started: (context: RunContext<unknown>) => void = () => {}) {
  return async (context: RunContext<unknown>): Promise<never> => {
    started(context);
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
    throw context.signal.reason;
  };
}

test('a queued run is canceled at once, and its kind is told in the same transaction', async () => {
  await using world = await startEngines();
  const told: [string, RunOutcome][] = [];
  const kind = world.kind('build', [{ name: 'never', run: async () => null }], {
    onFinished: async (_, run, outcome) => void told.push([run.id, outcome]),
  });
  const engine = await world.engine({ kinds: [kind], concurrency: 0 });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const canceled = await engine.cancel(null, id, 'usr_1');
  expect(canceled).toMatchObject({
    state: 'canceled',
    reason: 'Canceled before it started.',
    cancelRequestedBy: 'usr_1',
  });
  expect(told).toEqual([[id, { state: 'canceled', reason: canceled.reason, errorCode: null }]]);
  expect((await engine.listSteps(await engine.getRun(null, id))).map((step) => step.state)).toEqual(['skipped']);
});

test('a running run is told to stop, on whatever server it runs, and cleans up', async () => {
  await using world = await startEngines();
  const seen: unknown[] = [];
  const kind = world.kind('build', [{ name: 'wait', run: untilStopped(() => seen.push('started')) }], {
    cleanup: async (context, outcome) => void seen.push(context.signal.aborted, outcome.state),
  });
  const worker = await world.engine({ kinds: [kind] });
  const elsewhere = await world.engine({ kinds: [kind], concurrency: 0 });
  const id = await world.enqueue(worker, { kind: 'build', subject: 'svc_a' });
  await until('it runs', () => seen.length > 0);
  expect(await elsewhere.cancel(null, id, 'usr_1')).toMatchObject({ cancelRequestedBy: 'usr_1' });
  expect(await world.ended(worker, id)).toMatchObject({
    state: 'canceled',
    reason: 'Canceled on request.',
    errorCode: null,
  });
  expect(seen).toEqual(['started', false, 'canceled']);
  const steps = await worker.listSteps(await worker.getRun(null, id));
  expect(steps.map(({ name, state }) => [name, state])).toEqual([
    ['wait', 'canceled'],
    ['cleanup', 'succeeded'],
  ]);
  expect(await elsewhere.cancel(null, id, 'usr_2')).toMatchObject({ state: 'canceled', cancelRequestedBy: 'usr_1' });
});

test('a cancel is seen when its notification is lost', async () => {
  await using world = await startEngines();
  let started = false;
  const kind = world.kind('build', [{ name: 'wait', run: untilStopped(() => (started = true)) }]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await until('it runs', () => started);
  await world.database.db.updateTable('runs').set({ cancelRequestedAt: new Date() }).where('id', '=', id).execute();
  expect((await world.ended(engine, id)).state).toBe('canceled');
});

test('a run that has ended cannot be canceled, and one of another organization is not found', async () => {
  await using world = await startEngines();
  const engine = await world.engine({ kinds: [world.kind('build', [{ name: 'note', run: async () => null }])] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await world.ended(engine, id);
  await expect(engine.cancel(null, id, null)).rejects.toMatchObject({ code: 'RUN_ALREADY_ENDED' });
  await expect(engine.cancel('org_x', id, null)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(engine.getRun('org_x', id)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  await expect(engine.readOutput('org_x', id, { after: 0, limit: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('a step that does not stop is left behind, changes nothing more, and the reason says so', async () => {
  await using world = await startEngines();
  let context: RunContext<unknown> | undefined;
  const kind = world.kind('build', [
    {
      name: 'deaf',
      run: (given) => {
        context = given;
        return new Promise(() => {});
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind], settings: { interruptGraceMs: 50 } });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const given = await until('it runs', () => context);
  await engine.cancel(null, id, null);
  const run = await world.ended(engine, id);
  expect(run).toMatchObject({
    state: 'canceled',
    reason: 'Canceled on request. Step deaf did not stop within 0.05 s: what it started may still be there.',
  });
  given.output.write('stdout', 'too late');
  await expect(given.transaction(async () => null)).rejects.toMatchObject({ interruption: 'lease-lost' });
  expect(await world.output(engine, id)).toEqual([]);
});

test('a run that takes longer than it may is stopped, cleaned up and failed', async () => {
  await using world = await startEngines();
  let why: RunInterruption | undefined;
  const kind = world.kind('build', [
    { name: 'wait', run: untilStopped(({ signal }) => signal.addEventListener('abort', () => (why = signal.reason))) },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', timeoutMs: 200 });
  expect(await world.ended(engine, id)).toMatchObject({
    state: 'failed',
    errorCode: 'RUN_TIMED_OUT',
    reason: 'Not done after 0.2 s, in step wait.',
  });
  expect(why?.interruption).toBe('timeout');
});

test('the outcome and what the kind makes of it are one transaction', async () => {
  await using world = await startEngines();
  let failures = 0;
  const kind = world.kind('build', [{ name: 'note', run: async () => null }], {
    async onFinished(trx, { id }) {
      await trx.insertInto('platformSettings').values({ name: id, value: 'true' }).execute();
      if (++failures < 3) throw new Error('the business row cannot be written now');
    },
  });
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  expect((await world.ended(engine, id)).state).toBe('succeeded');
  expect(failures).toBe(3);
  const marks = await world.database.db.selectFrom('platformSettings').select('name').execute();
  expect(marks).toEqual([{ name: id }]);
});

test('a kind that can never record the outcome does not keep its subject blocked', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [{ name: 'note', run: async () => null }], {
    onFinished: async () => {
      throw new Error('never');
    },
  });
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  expect(await world.ended(engine, id)).toMatchObject({
    state: 'failed',
    errorCode: 'INTERNAL',
    reason: "Something went wrong inside davit. The run's outcome, succeeded, could not be recorded.",
  });
});

test('a cleanup that fails is tried again, and does not change how the run ended', async () => {
  await using world = await startEngines();
  const kindOf = (name: string, failures: number) => {
    let tries = 0;
    return world.kind(
      name,
      [{ name: 'break', run: () => Promise.reject(kernelErrors.INVALID_INPUT({ message: 'No.' })) }],
      {
        async cleanup() {
          if (++tries <= failures) throw kernelErrors.INVALID_INPUT({ message: 'The folder is busy.' });
        },
      },
    );
  };
  const engine = await world.engine({ kinds: [kindOf('once', 1), kindOf('always', 99)] });
  const once = await world.enqueue(engine, { kind: 'once', subject: 'svc_a' });
  expect(await world.ended(engine, once)).toMatchObject({ state: 'failed', reason: 'No.', errorCode: 'INVALID_INPUT' });
  const always = await world.enqueue(engine, { kind: 'always', subject: 'svc_b' });
  expect(await world.ended(engine, always)).toMatchObject({
    state: 'failed',
    reason: 'No. Cleaning up failed, so something may be left: The folder is busy.',
    errorCode: 'INVALID_INPUT',
  });
});

test('a result that the database cannot keep fails the step, and no other run with it', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    { name: 'make', run: async ({ input }) => (input === 'bad' ? 'a NUL \0 in it' : 'fine') },
    { name: 'use', run: async () => null },
  ]);
  const engine = await world.engine({ kinds: [kind], concurrency: 20 });
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      world.enqueue(engine, { kind: 'build', subject: `svc_${n}`, input: n === 7 ? 'bad' : 'good' }),
    ),
  );
  const states = [];
  for (const id of ids) states.push((await world.ended(engine, id)).state);
  expect(states).toEqual(ids.map((_, n) => (n === 7 ? 'failed' : 'succeeded')));
});

test('runs outlive a database that ends all their connections', async () => {
  await using world = await startEngines();
  const go = new AbortController();
  const kind = world.kind('build', [
    {
      name: 'write',
      async run({ output, signal }) {
        for (let n = 0; !go.signal.aborted; n++) {
          signal.throwIfAborted();
          output.write('stdout', `line ${n}`);
          await sleep(2);
        }
      },
    },
    { name: 'after', run: async ({ output }) => void output.write('stdout', 'after') },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  for (let n = 0; n < 5; n++) {
    const before = (await world.output(engine, id).catch(() => [])).length;
    await until('lines are stored', async () => (await world.output(engine, id).catch(() => [])).length > before);
    await world.database.pool
      .query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`)
      .catch(() => {});
  }
  go.abort();
  const run = await until('it ends', () => world.ended(engine, id).catch(() => undefined));
  expect(run).toMatchObject({ state: 'succeeded', attempt: 1 });
  const lines = await world.output(engine, id);
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_, n) => n + 1));
  expect(lines.map((line) => line.content)).toEqual([...lines.slice(1).map((_, n) => `line ${n}`), 'after']);
});
