import { expect, test } from 'vitest';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { admitBuilds, type BuildAdmissionOptions } from './build-admission.ts';
import { noMeter } from './build-meter.ts';
import type { Artifact, Builder, BuildOutput, BuildRequest } from './builder.ts';

const plenty = { memoryBytes: 8e9, diskBytes: 8e9 };
const artifact = { kind: 'folder' } as Artifact;

function setUp(changes: Partial<BuildAdmissionOptions> = {}) {
  const begun: string[] = [];
  const limited: BuildRequest['limits'][] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const builder: Builder = {
    name: 'plan',
    plan: async () => ({ lines: [], plan: null }),
    async build({ id, limits }, _plan, output, signal) {
      begun.push(id);
      output.stage?.({ title: id, seconds: 0, cached: true });
      limited.push(limits);
      const gate = gates.get(id) ?? Promise.withResolvers<void>();
      gates.set(id, gate);
      signal.addEventListener('abort', () => gate.reject(signal.reason));
      await gate.promise;
      return artifact;
    },
    abandon: async () => {},
    removeSource: async () => {},
    remove: async () => {},
    tidy: async () => {},
    has: async () => true,
    removeCache: async () => {},
  };
  const admitted = admitBuilds(builder, {
    concurrency: 1,
    freeMemoryBytes: 1e9,
    freeDiskBytes: 1e9,
    folders: async () => ['/'],
    end: async () => {},
    isUnderWay: async () => false,
    measure: async () => plenty,
    ...changes,
  });
  const said: string[] = [];
  const output: BuildOutput = {
    write: (_stream, text) => void said.push(text),
    room: async () => {},
    announce: async () => ({ stdout: 0, stderr: 0 }),
  };
  const build = (id: string, signal = new AbortController().signal, more: Partial<BuildRequest> = {}) =>
    admitted.build({ id, limits: {}, ...more } as BuildRequest, null, output, signal);
  return {
    begun,
    limited,
    said,
    build,
    end: (id: string) => gates.get(id)?.resolve(),
    fail: (id: string) => gates.get(id)?.reject(new Error('no')),
  };
}

test('builds wait for each other in their order, and say so', async () => {
  const { begun, said, build, end } = setUp();
  const first = build('one');
  await waitUntil('the first began', () => begun.length === 1);
  const [second, third] = [build('two'), build('three')];
  await waitUntil('both wait', () => said.length === 2);
  expect(said[0]).toBe('Waiting for another build: 1 of 1 are under way.');
  end('one');
  await first;
  await waitUntil('the second began', () => begun.length === 2);
  end('two');
  await second;
  await waitUntil('the third began', () => begun.length === 3);
  end('three');
  await third;
  expect(begun).toEqual(['one', 'two', 'three']);
});

test('organizations take turns, whichever of them has the most builds that wait', async () => {
  const { begun, said, build, end } = setUp();
  const of = (id: string) => build(id, undefined, { organizationId: id.slice(0, 4) });
  const builds = [of('many-1')];
  await waitUntil('the first began', () => begun.length === 1);
  builds.push(...['many-2', 'many-3', 'many-4', 'some-1', 'some-2', 'once-1'].map(of));
  await waitUntil('all wait', () => said.length === 6);
  for (let number = 1; number <= 7; number++) {
    await waitUntil('the next began', () => begun.length === number);
    end(begun[number - 1] ?? '');
  }
  await Promise.all(builds);
  expect(begun).toEqual(['many-1', 'some-1', 'once-1', 'many-2', 'some-2', 'many-3', 'many-4']);
});

test('a place that becomes free is for the organization that has fewer of them', async () => {
  const { begun, said, build, end } = setUp({ concurrency: 3 });
  const of = (id: string) => build(id, undefined, { organizationId: id.slice(0, 4) });
  const first = ['many-1', 'many-2', 'some-1'].map(of);
  await waitUntil('three are under way', () => begun.length === 3);
  const more = ['many-3', 'some-2'].map(of);
  await waitUntil('both wait', () => said.length === 2);
  end('some-1');
  await waitUntil('one more began', () => begun.length === 4);
  expect(begun.at(-1)).toBe('some-2');
  end('many-1');
  await waitUntil('the last began', () => begun.length === 5);
  for (const id of begun) end(id);
  await Promise.all([...first, ...more]);
});

test('a full disk is waited for', async () => {
  let diskBytes = 1e6;
  const { begun, said, build, end } = setUp({ measure: async () => ({ ...plenty, diskBytes }) });
  const built = build('one');
  await waitUntil('it waits', () => said.length === 1);
  expect([said[0], begun]).toEqual([expect.stringMatching(/^Waiting for disk space: 0 MB are free, 953 MB/), []]);
  diskBytes = 2e9;
  await waitUntil('it began', () => begun.length === 1);
  end('one');
  await built;
});

test('memory is waited for while another build has it, and not on a machine that is as empty as it gets', async () => {
  const { begun, said, build, end } = setUp({ concurrency: 2, measure: async () => ({ ...plenty, memoryBytes: 1e6 }) });
  const first = build('one');
  await waitUntil('the first began', () => begun.length === 1);
  const second = build('two');
  await waitUntil('the second waits', () => said.length === 1);
  expect(said[0]).toMatch(/^Waiting for memory/);
  end('one');
  await first;
  await waitUntil('the second began', () => begun.length === 2);
  end('two');
  await second;
});

test('a build that waits can be cancelled, and lets the next one go', async () => {
  const { begun, said, build, end } = setUp();
  const first = build('one');
  await waitUntil('the first began', () => begun.length === 1);
  const cancel = new AbortController();
  const second = build('two', cancel.signal);
  const third = build('three');
  await waitUntil('both wait', () => said.length === 2);
  cancel.abort();
  await expect(second).rejects.toThrow();
  end('one');
  await first;
  await waitUntil('the third began', () => begun.includes('three'));
  end('three');
  await third;
  expect(begun).toEqual(['one', 'three']);
});

test('a build that goes on after a restart of the server needs no leave', async () => {
  const { begun, build, end } = setUp({ isUnderWay: async (id) => id === 'two' });
  const first = build('one');
  await waitUntil('the first began', () => begun.length === 1);
  const second = build('two');
  await waitUntil('the second goes on', () => begun.length === 2);
  end('one');
  end('two');
  await Promise.all([first, second]);
});

test('a build has the least of what its service and its operator allow', async () => {
  const { limited, build, end } = setUp({ concurrency: 2, memoryBytes: 1e9, cpus: 2 });
  const builds = [build('one', undefined, { limits: { memoryBytes: 5e9, cpus: 0.5 } }), build('two')];
  await waitUntil('both began', () => limited.length === 2);
  expect(limited).toEqual([
    { memoryBytes: 1e9, cpus: 0.5 },
    { memoryBytes: 1e9, cpus: 2 },
  ]);
  end('one');
  end('two');
  await Promise.all(builds);
});

test('a build that fills the disk is ended before it is full, and says so', async () => {
  const ended: string[] = [];
  let diskBytes = 8e9;
  const { begun, build } = setUp({
    measure: async () => ({ ...plenty, diskBytes }),
    end: async (id) => void ended.push(id),
  });
  const writing = build('one');
  await waitUntil('it began', () => begun.length === 1);
  diskBytes = 4e8;
  await expect(writing).rejects.toMatchObject({
    code: 'BUILD_DISK_FULL',
    message: 'The build was ended because it left only 381 MB of the disk.',
  });
  expect(ended).toEqual(['one']);
});

test('what builds do is counted: who waits and who goes on, how long, from where steps came, and how it ended', async () => {
  const busy: string[] = [];
  const ended: string[] = [];
  const stages: string[] = [];
  let admitted = 0;
  const meter = {
    ...noMeter,
    busy: (waiting: number, running: number) => void busy.push(`${waiting} wait, ${running} go on`),
    waited: (seconds: number) => void (admitted += Number(seconds >= 0)),
    stage: ({ title }: { title: string }) => void stages.push(title),
    ended: (end: string) => void ended.push(end),
  };
  const { begun, said, build, end, fail } = setUp({ meter });
  expect(busy).toEqual(['0 wait, 0 go on']);
  const stop = new AbortController();
  const builds = [build('one'), build('two'), build('three', stop.signal)].map((each) => each.catch(() => undefined));
  await waitUntil('two wait', () => said.length === 2);
  expect(busy.at(-1)).toBe('2 wait, 1 go on');
  end('one');
  await waitUntil('the second began', () => begun.includes('two'));
  fail('two');
  await waitUntil('the third began', () => begun.includes('three'));
  stop.abort();
  await Promise.all(builds);
  expect(ended).toEqual(['succeeded', 'failed', 'stopped']);
  expect(stages).toEqual(['one', 'two', 'three']);
  expect([admitted, busy.at(-1)]).toEqual([3, '0 wait, 0 go on']);
});
