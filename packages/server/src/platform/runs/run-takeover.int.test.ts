import { expect, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';
import { startWorkers } from '../../../test/support/run-worker.ts';
import { createGatedKind } from '../../../test/support/run-worker-kinds.ts';
import type { OutputLine } from './run.ts';

type World = Awaited<ReturnType<typeof startEngines>>;

/** This test's own server, which takes over what the worker processes drop. */
function engineHere(world: World, events: string[] = []) {
  return world.engine({ kinds: [createGatedKind('here', ({ event }) => events.push(event))], ownerName: 'here' });
}

/** Queues runs, but leaves them to others. */
function queueOnly(world: World) {
  return world.engine({ kinds: [createGatedKind('queue', () => {})], concurrency: 0 });
}

async function openGate(world: World, gate: string, runId: string): Promise<void> {
  await world.database.db
    .insertInto('platformSettings')
    .values({ name: `${gate}:${runId}`, value: 'true' })
    .execute();
}

async function findMark(world: World, name: string): Promise<string | undefined> {
  const query = world.database.db.selectFrom('platformSettings').select('name').where('name', '=', name);
  return (await query.executeTakeFirst())?.name;
}

const contentsOf = (lines: readonly OutputLine[]) => lines.map((line) => line.content);

function expectNoGap(lines: readonly OutputLine[]): void {
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_, index) => index + 1));
}

test('a run whose server is killed goes on elsewhere, in the step it was in, with what the steps before had made', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const doomed = await workers.start('doomed');
  const queue = await queueOnly(world);
  const id = await world.enqueue(queue, { kind: 'gated', subject: 'svc_a', input: { meanwhile: 'wait' } });
  await doomed.told('middle');
  doomed.signal('SIGKILL');
  const engine = await engineHere(world);
  await openGate(world, 'middle', id);

  expect(await world.ended(engine, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  const steps = await engine.listSteps(await engine.getRun(null, id));
  expect(steps.map(({ name, attempt, result }) => ({ name, attempt, result }))).toEqual([
    { name: 'first', attempt: 1, result: { madeBy: 'doomed' } },
    { name: 'middle', attempt: 2, result: { before: { madeBy: 'doomed' } } },
    { name: 'last', attempt: 1, result: null },
  ]);
  const lines = await world.output(engine, id);
  expectNoGap(lines);
  expect(contentsOf(lines).slice(0, 2)).toEqual(['first line', 'Taken over from doomed by here, which goes on.']);
});

test('output has no gap and no line twice when the server is killed while it floods', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const doomed = await workers.start('doomed');
  const queue = await queueOnly(world);
  const id = await world.enqueue(queue, { kind: 'gated', subject: 'svc_a', input: { meanwhile: 'write lines' } });
  const stop = new AbortController();
  const followed: number[] = [];
  const following = (async () => {
    for await (const update of queue.followOutput(null, id, 0, stop.signal)) {
      if (update.type === 'output') followed.push(...update.batch.lines.map((line) => line.seq));
      if (followed.length > 5_000) doomed.signal('SIGKILL');
    }
  })();
  await doomed.exited();
  const engine = await engineHere(world);
  await openGate(world, 'middle', id);
  await world.ended(engine, id);
  await following;

  const lines = await world.output(engine, id);
  expectNoGap(lines);
  expect(followed).toEqual(lines.map((line) => line.seq));
  const ofDoomed = contentsOf(lines).filter((content) => content.startsWith('line '));
  expect(ofDoomed).toEqual(ofDoomed.map((_, n) => `line ${n}`));
  expect(contentsOf(lines).at(-1)).toBe(
    'last line after {"first":{"madeBy":"doomed"},"middle":{"before":{"madeBy":"doomed"}}}',
  );
});

test('a worker that was frozen past its lease and wakes up changes nothing', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const frozen = await workers.start('frozen');
  const queue = await queueOnly(world);
  const id = await world.enqueue(queue, { kind: 'gated', subject: 'svc_a', input: { meanwhile: 'watch the clock' } });
  await frozen.told('middle');
  frozen.signal('SIGSTOP');
  const engine = await engineHere(world);
  await openGate(world, 'middle', id);
  const before = await world.ended(engine, id);
  const linesBefore = await world.output(engine, id);
  frozen.signal('SIGCONT');

  expect(await frozen.told('woke')).toMatchObject({ detail: 'rejected rejected rejected' });
  expect(await findMark(world, 'frozen')).toBeUndefined();
  expect(await engine.getRun(null, id)).toEqual(before);
  expect(await world.output(engine, id)).toEqual(linesBefore);
  expect(before).toMatchObject({ state: 'succeeded', attempt: 2 });
});

test('a worker that was frozen in a transaction does not keep others from its run', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const frozen = await workers.start('frozen');
  const queue = await queueOnly(world);
  const input = { meanwhile: 'hold a transaction' };
  const id = await world.enqueue(queue, { kind: 'gated', subject: 'svc_a', input });
  await frozen.told('in transaction');
  frozen.signal('SIGSTOP');
  const engine = await engineHere(world);
  await openGate(world, 'middle', id);
  expect(await world.ended(engine, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  frozen.signal('SIGCONT');

  expect(await frozen.told('woke')).toMatchObject({ detail: 'rejected' });
  expect(await findMark(world, 'frozen')).toBeUndefined();
});

test('a run that failed ends with the same reason when its server is killed in the cleanup', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const doomed = await workers.start('doomed');
  const queue = await queueOnly(world);
  const input = { meanwhile: 'wait', end: 'fail' };
  const id = await world.enqueue(queue, { kind: 'gated', subject: 'svc_a', input });
  await openGate(world, 'middle', id);
  await doomed.told('cleanup');
  doomed.signal('SIGKILL');
  const events: string[] = [];
  const engine = await engineHere(world, events);
  await openGate(world, 'cleanup', id);

  expect(await world.ended(engine, id)).toMatchObject({
    state: 'failed',
    reason: 'Something went wrong inside davit.',
    errorCode: 'INTERNAL',
    attempt: 2,
  });
  expect(events).toEqual(['cleanup']);
  expect(
    (await engine.listSteps(await engine.getRun(null, id))).map(({ name, state, attempt }) => [name, state, attempt]),
  ).toEqual([
    ['first', 'succeeded', 1],
    ['middle', 'failed', 1],
    ['last', 'skipped', 0],
    ['cleanup', 'succeeded', 2],
  ]);
});

test('a server that stops hands its runs over at once, without a lease having to lapse', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const leaving = await workers.start('leaving');
  const engine = await queueOnly(world);
  const id = await world.enqueue(engine, { kind: 'gated', subject: 'svc_a', input: { meanwhile: 'wait' } });
  await leaving.told('middle');
  const patient = await world.engine({
    kinds: [createGatedKind('patient', () => {})],
    ownerName: 'patient',
    // It would not find the run by itself before the test is over: only the notification of the handover tells it.
    settings: { pollEveryMs: 3_600_000 },
  });
  leaving.signal('SIGTERM');
  await leaving.exited();
  await openGate(world, 'middle', id);

  expect(await world.ended(patient, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  const taken = contentsOf(await world.output(engine, id));
  expect(taken).toContain('Taken over from leaving by patient, which goes on.');
});

test('a run that kills each worker it meets is given up, and says so', async () => {
  await using world = await startEngines();
  await using workers = startWorkers(world.database.connectionString);
  const queue = await queueOnly(world);
  const run = { kind: 'gated', subject: 'svc_a', input: { meanwhile: 'wait' }, maxAttempts: 2 };
  const id = await world.enqueue(queue, run);
  for (const name of ['first', 'second']) {
    const worker = await workers.start(name);
    await worker.told('middle');
    worker.signal('SIGKILL');
  }
  const engine = await engineHere(world);
  await openGate(world, 'cleanup', id);
  expect(await world.ended(engine, id)).toMatchObject({ state: 'failed', errorCode: 'RUN_ABANDONED', attempt: 3 });
  expect((await engine.listSteps(await engine.getRun(null, id))).map(({ name, state }) => [name, state])).toEqual([
    ['first', 'succeeded'],
    ['middle', 'failed'],
    ['last', 'skipped'],
    ['cleanup', 'succeeded'],
  ]);
});
