import { expect, test, vi } from 'vitest';
import type { StackEnd, StackJob } from '../../adapters/iac/iac.ts';
import { RunInterruption } from '../../platform/runs/run-kind.ts';
import { runAttempts } from './apply-attempts.ts';

const failed: StackEnd = {
  succeeded: false,
  transient: true,
  message: 'error: SlowDown',
  exitCode: 1,
  changes: {},
  outputs: null,
  pieces: 10,
  brokePlan: false,
  plan: null,
  differences: [],
};
const done: StackEnd = { ...failed, succeeded: true, transient: false, message: null, pieces: 5 };
const job = { id: 'run_1' } as StackJob;
const sink = { write: async () => undefined };

/** An engine whose attempts end like this, of which the first `begun` are known already. */
function bed(ends: readonly StackEnd[], { begun = 0, lease = true } = {}) {
  const runs: [attempt: number, skip: number][] = [];
  const said: string[] = [];
  const cancel = new AbortController();
  return {
    runs,
    said,
    cancel,
    engine: {
      async run({ attempt }: StackJob, _sink: unknown, skip: number) {
        runs.push([attempt, skip]);
        const end = ends[attempt - 1];
        if (end === undefined) throw new Error('one attempt too many');
        return end;
      },
      isBegun: async ({ attempt }: { attempt: number }) => attempt <= begun,
    },
    context: {
      signal: cancel.signal,
      output: { write: (_stream: string, text: string) => said.push(text) > 0, flush: async () => undefined },
      assertLease: async () => {
        if (!lease) throw new RunInterruption('lease-lost');
      },
    },
  };
}

/** With pauses that take no time. */
async function attempts({ engine, context }: ReturnType<typeof bed>, skip = 0) {
  vi.useFakeTimers();
  try {
    const work = runAttempts(engine, context, job, sink, skip);
    work.catch(() => undefined);
    await vi.runAllTimersAsync();
    return await work;
  } finally {
    vi.useRealTimers();
  }
}

test('a failure that passes is tried again, with a word about it', async () => {
  const world = bed([failed, failed, done]);
  expect(await attempts(world)).toBe(done);
  expect(world.runs).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(world.said).toEqual([
    expect.stringMatching(/^attempt 2 of 3 in [4-8] s: error: SlowDown$/),
    expect.stringMatching(/^attempt 3 of 3 in (?:[89]|1[0-6]) s: error: SlowDown$/),
  ]);
});

test('the third attempt is the last', async () => {
  const world = bed([failed, failed, failed]);
  expect(await attempts(world)).toBe(failed);
});

test('a failure that stays is not tried again', async () => {
  const world = bed([{ ...failed, transient: false }]);
  expect(await attempts(world)).toMatchObject({ succeeded: false });
  expect(world.said).toEqual([]);
});

test('attempts that were begun before are read on from what is stored, without a pause', async () => {
  const world = bed([failed, done], { begun: 2 });
  expect(await attempts(world, 12)).toBe(done);
  expect(world.runs).toEqual([
    [1, 12],
    [2, 2],
  ]);
  expect(world.said).toEqual([]);
});

test('none is begun after a cancel', async () => {
  const world = bed([failed, done]);
  world.context.output.write = () => {
    world.cancel.abort(new RunInterruption('canceled'));
    return true;
  };
  await expect(attempts(world)).rejects.toThrow('canceled');
  expect(world.runs).toHaveLength(1);
});

test('none is begun by a worker that has lost its lease', async () => {
  const world = bed([failed, done], { lease: false });
  await expect(attempts(world)).rejects.toThrow('lease-lost');
  expect(world.runs).toHaveLength(1);
});
