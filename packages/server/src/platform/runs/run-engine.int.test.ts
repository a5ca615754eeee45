import { expect, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';

test('a run goes through its steps in order, hands results on and ends succeeded', async () => {
  await using world = await startEngines();
  const seen: unknown[] = [];
  const engine = await world.engine({
    kinds: [
      world.kind('build', [
        { name: 'fetch', run: async ({ input }) => ({ input, commit: 'abc' }) },
        {
          name: 'compile',
          async run(context) {
            context.output.write('stdout', 'one\ntwo\n');
            seen.push(context.results['fetch'], context.attempt, context.subject);
          },
        },
      ]),
    ],
  });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', input: { n: 1 } });
  const run = await world.ended(engine, id);
  expect(run).toMatchObject({ state: 'succeeded', reason: 'All steps are done.', errorCode: null, attempt: 1 });
  expect(seen).toEqual([{ input: { n: 1 }, commit: 'abc' }, 1, 'svc_a']);
  const steps = await engine.listSteps(await engine.getRun(null, id));
  expect(steps.map(({ name, state, attempt }) => ({ name, state, attempt }))).toEqual([
    { name: 'fetch', state: 'succeeded', attempt: 1 },
    { name: 'compile', state: 'succeeded', attempt: 1 },
  ]);
  for (const step of steps) expect(step.finishedAt?.getTime()).toBeGreaterThanOrEqual(step.startedAt?.getTime() ?? NaN);
  const { lines } = await engine.readOutput(null, id, { after: 0, limit: 10 });
  expect(lines.map(({ seq, step, stream, content }) => [seq, step, stream, content])).toEqual([
    [1, 'compile', 'stdout', 'one'],
    [2, 'compile', 'stdout', 'two'],
  ]);
});
