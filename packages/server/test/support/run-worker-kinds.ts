import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineRunKind, type RunContext, type RunKind } from '../../src/platform/runs/run-kind.ts';

/** Says what happens in a worker, so that a test knows when to strike. */
export type Report = (event: {
  event: string;
  worker: string;
  runId: string;
  attempt: number;
  detail?: string;
}) => void;

const gatedInput = z.strictObject({
  /** What the middle step does while its gate is shut. */
  meanwhile: z.enum(['wait', 'write lines', 'watch the clock', 'hold a transaction']),
  /** How the middle step ends once the gate is open. */
  end: z.enum(['succeed', 'fail']).default('succeed'),
});
type GatedInput = z.infer<typeof gatedInput>;

/** Inserts a row that a test looks for, as a business write of a step would. */
function leaveMark(context: RunContext<GatedInput>, name: string): Promise<unknown> {
  return context.transaction((trx) =>
    trx
      .insertInto('platformSettings')
      .values({ name, value: JSON.stringify(name) })
      .execute(),
  );
}

async function isOpen(context: RunContext<GatedInput>, gate: string): Promise<boolean> {
  const row = await context.transaction((trx) =>
    trx.selectFrom('platformSettings').select('name').where('name', '=', `${gate}:${context.runId}`).executeTakeFirst(),
  );
  return row !== undefined;
}

/** Waits for the test to open the gate; ends when the run is interrupted. */
async function passGate(context: RunContext<GatedInput>, gate: string): Promise<void> {
  while (!(await isOpen(context, gate))) {
    context.signal.throwIfAborted();
    await sleep(10);
  }
}

/** Notices that it was frozen, and then tries everything that a worker may not do any more. */
async function watchTheClock(context: RunContext<GatedInput>, tell: (event: string, detail?: string) => void) {
  for (let last = performance.now(); ; last = performance.now()) {
    // A busy wait: whoever wakes up goes on here, and not in a timer of the engine that has noticed already.
    while (performance.now() - last < 20);
    if (performance.now() - last > 1_000) break;
    await new Promise(setImmediate);
    // Frozen just here, so that a timer of the engine came first after all.
    if (context.signal.aborted && performance.now() - last > 1_000) break;
    context.signal.throwIfAborted();
  }
  context.output.write('stdout', 'written by the frozen worker');
  // First, while nothing else has told the worker that it is too late.
  const asked = await Promise.allSettled([context.assertLease()]);
  const tried = await Promise.allSettled([context.output.flush(), leaveMark(context, 'frozen')]);
  tell('woke', [...asked, ...tried].map((result) => result.status).join(' '));
}

async function holdTransaction(context: RunContext<GatedInput>, tell: (event: string, detail?: string) => void) {
  const held = context.transaction(async (trx) => {
    await trx.insertInto('platformSettings').values({ name: 'frozen', value: '"frozen"' }).execute();
    tell('in transaction');
    await sleep(500);
  });
  const [result] = await Promise.allSettled([held]);
  tell('woke', result.status);
}

/**
 * A kind whose middle step waits for the test: gates are rows of `platform_settings`, so that they work across
 * processes and survive them.
 */
export function createGatedKind(worker: string, report: Report): RunKind<GatedInput> {
  const tellOf = (context: RunContext<GatedInput>) => (event: string, detail?: string) =>
    report({
      event,
      worker,
      runId: context.runId,
      attempt: context.attempt,
      ...(detail === undefined ? {} : { detail }),
    });

  return defineRunKind<GatedInput>({
    name: 'gated',
    lane: 'long',
    input: gatedInput,
    timeoutMs: 120_000,
    supersedesQueued: false,
    steps: [
      {
        name: 'first',
        async run(context) {
          context.output.write('stdout', 'first line');
          return { madeBy: worker };
        },
      },
      {
        name: 'middle',
        async run(context) {
          const tell = tellOf(context);
          tell('middle');
          if (context.attempt === 1) {
            if (context.input.meanwhile === 'watch the clock') await watchTheClock(context, tell);
            if (context.input.meanwhile === 'hold a transaction') await holdTransaction(context, tell);
            for (let line = 0; context.input.meanwhile === 'write lines'; line += 100) {
              const text = Array.from({ length: 100 }, (_, n) => `line ${line + n}`).join('\n');
              if (!context.output.write('stdout', text)) await context.output.flush();
              await new Promise(setImmediate);
            }
          }
          await passGate(context, 'middle');
          if (context.input.end === 'fail') throw new Error('the middle broke');
          return { before: context.results['first'] ?? null };
        },
      },
      {
        name: 'last',
        async run(context) {
          context.output.write('stdout', `last line after ${JSON.stringify(context.results)}`);
        },
      },
    ],
    async cleanup(context) {
      tellOf(context)('cleanup');
      await passGate(context, 'cleanup');
      context.output.write('stdout', 'cleaned up');
    },
  });
}
