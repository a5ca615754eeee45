import { expect, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';
import { kernelErrors } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { runErrors } from './run-errors.ts';

const transient = (message: string) => runErrors.OUTSIDE_SYSTEM_DOWN({ message, transient: true });

test('an error that was foreseen becomes the reason, without the secrets of the run', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    {
      name: 'clone',
      async run(context) {
        context.mask(['hunter22']);
        throw kernelErrors.INVALID_INPUT({ message: 'https://x:hunter22@host is no repository.' });
      },
    },
    { name: 'compile', run: async () => null },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const reason = 'https://x:••••••@host is no repository.';
  expect(await world.ended(engine, id)).toMatchObject({
    state: 'failed',
    reason,
    errorCode: 'INVALID_INPUT',
    hint: kernelErrors.definitions.INVALID_INPUT.hint,
  });
  const steps = await engine.listSteps(await engine.getRun(null, id));
  expect(steps.map(({ name, state, detail }) => [name, state, detail])).toEqual([
    ['clone', 'failed', reason],
    ['compile', 'skipped', null],
  ]);
  expect((await world.output(engine, id)).map(({ stream, content }) => [stream, content])).toEqual([
    ['system', `Failed: ${reason}`],
  ]);
});

test('what to do is told in the words of the case where it has some, without the secrets of the run; else in those of the list', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    {
      name: 'clone',
      async run(context) {
        context.mask(['hunter22']);
        throw kernelErrors.INVALID_INPUT(context.input === 'own' ? { hint: 'Take hunter22 out of the URL.' } : {});
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const hints = async () => {
    const { rows } = await world.database.pool.query('select error_hint as hint from runs order by position');
    return rows.map(({ hint }) => hint as string | null);
  };
  const own = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: 'own' });
  expect(await world.ended(engine, own)).toMatchObject({ hint: 'Take •••••• out of the URL.' });
  const other = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: 'none' });
  expect(await world.ended(engine, other)).toMatchObject({ hint: 'Correct the fields listed in `errors`.' });
  // What the list says is not kept with the run: it is told as it is worded today.
  expect(await hints()).toEqual(['Take •••••• out of the URL.', null]);
});

test('the log has the causes of an error, without the secrets of the run', async () => {
  await using world = await startEngines();
  const logged: string[] = [];
  const keep = (fields: object, message = '') => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  const kind = world.kind('build', [
    {
      name: 'break',
      async run(context) {
        context.mask(['hunter22']);
        throw new Error('outer', { cause: new Error('the inside said hunter22') });
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind], logger });
  await world.ended(engine, await world.enqueue(engine, { kind: 'build', subject: 'svc_a' }));
  expect(logged.find((line) => line.startsWith('step failed'))).toContain('the inside said ••••••');
  expect(logged.join('\n')).not.toContain('hunter22');
});

test('an error that nobody foresaw tells nothing of the inside', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    {
      name: 'break',
      run: () => {
        throw new TypeError('secret detail of the inside');
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const run = await world.ended(engine, id);
  expect(run).toMatchObject({ state: 'failed', errorCode: 'INTERNAL' });
  expect(
    JSON.stringify([run, await engine.listSteps(await engine.getRun(null, id)), await world.output(engine, id)]),
  ).not.toContain('secret');
});

test('what is marked transient is tried again, up to the limit, and the output says so', async () => {
  await using world = await startEngines();
  const attempts: number[] = [];
  const kind = world.kind('build', [
    {
      name: 'push',
      maxAttempts: 3,
      async run({ attempt, input }) {
        attempts.push(attempt);
        if (attempt < Number(input)) throw transient(`No answer to try ${attempt}.`);
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const third = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: 3 });
  expect((await world.ended(engine, third)).state).toBe('succeeded');
  expect(attempts).toEqual([1, 2, 3]);
  expect((await engine.listSteps(await engine.getRun(null, third))).map((step) => step.attempt)).toEqual([3]);
  expect((await world.output(engine, third)).map((line) => line.content)).toEqual([
    expect.stringMatching(/^No answer to try 1\. Trying again in \d\.\d s \(try 2 of 3\)\.$/),
    expect.stringMatching(/^No answer to try 2\. Trying again in \d\.\d s \(try 3 of 3\)\.$/),
  ]);
  const never = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: 9 });
  expect(await world.ended(engine, never)).toMatchObject({ state: 'failed', reason: 'No answer to try 3.' });
});

test('what is not marked transient is not tried again', async () => {
  await using world = await startEngines();
  let tries = 0;
  const kind = world.kind('build', [
    {
      name: 'push',
      maxAttempts: 5,
      async run() {
        tries++;
        throw kernelErrors.INVALID_INPUT();
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  await world.ended(engine, await world.enqueue(engine, { kind: 'build', subject: 'svc_a' }));
  expect(tries).toBe(1);
});

test('what is away is waited for at the cost of no try, and a line says so; when it stays away that is the reason', async () => {
  await using world = await startEngines();
  let calls = 0;
  const kind = world.kind('build', [
    {
      name: 'push',
      system: 'the registry',
      async run({ input }) {
        calls++;
        if (calls <= Number(input)) throw runErrors.OUTSIDE_SYSTEM_DOWN({ message: 'Nobody answers.', away: true });
      },
    },
  ]);
  const patient = await world.engine({ kinds: [kind], settings: { patienceMs: 60_000, breakerFailures: 2 } });
  const back = await world.enqueue(patient, { kind: 'build', subject: 'svc_a', input: 4 });
  expect((await world.ended(patient, back)).state).toBe('succeeded');
  expect(calls).toBe(5);
  expect((await world.output(patient, back)).map((line) => line.content)).toEqual([
    'Nobody answers. Waiting for it to come back, for up to 60 s.',
  ]);
  await patient.stop(1000);

  const hasty = await world.engine({ kinds: [kind], settings: { patienceMs: 100 } });
  const gone = await world.enqueue(hasty, { kind: 'build', subject: 'svc_a', input: Number.MAX_SAFE_INTEGER });
  expect(await world.ended(hasty, gone)).toMatchObject({ state: 'failed', reason: 'Nobody answers.' });
});

test('an outside system that keeps failing is left alone by all runs', async () => {
  await using world = await startEngines();
  let calls = 0;
  const kind = world.kind('build', [
    {
      name: 'push',
      system: 'registry.example',
      async run() {
        calls++;
        throw transient('No answer.');
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind], settings: { breakerFailures: 2 } });
  const reasons: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
    reasons.push((await world.ended(engine, id)).reason);
  }
  expect(calls).toBe(2);
  expect(reasons).toEqual([
    'No answer.',
    'No answer.',
    'registry.example has failed several times in a row; it is left alone for 30 s.',
  ]);
});
