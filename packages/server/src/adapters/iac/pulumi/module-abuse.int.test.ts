import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModuleEngine, startModuleEngine } from '../../../../test/support/module-engine.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import type { StackOutput } from '../iac.ts';

// Modules that do what none should; whatever it is, the job ends and leaves nothing behind.

const never = new AbortController().signal;

let modules: ModuleEngine;
beforeAll(async () => {
  modules = await startModuleEngine();
});
afterAll(() => modules[Symbol.asyncDispose]());

/** Processes that were given this word. */
async function processesWith(word: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const argvs = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return argvs.filter((argv) => argv.split('\0').includes(word));
}

const moduleOf = (body: string) =>
  modules.moduleOf({
    'module.ts': `
      import { spawn } from 'node:child_process';
      export async function program() { ${body} }`,
  });

/** A child that starts another and ends; both have left the session of the program. */
const fork = (seconds: string) => `
  const child = spawn('/bin/sh', ['-c', 'sleep ${seconds} & exec sleep ${seconds}'], { detached: true, stdio: 'ignore' });
  child.unref();
  await new Promise((resolve) => setTimeout(resolve, 500));`;

describe('a module that starts processes of its own', () => {
  test.each([
    ['and ends well', '86411', 'return {};', true],
    ['and throws', '86412', 'throw new Error("no such luck");', false],
    ['and exits without a word', '86413', 'process.exit(0);', false],
  ])('%s leaves none of them', async (_, seconds, end, succeeded) => {
    const job = modules.jobOf(await moduleOf(`${fork(seconds)} ${end}`));
    const running = modules.run(job);
    await waitUntil('both run', async () => (await processesWith(seconds)).length >= 2);
    expect((await running).end.succeeded).toBe(succeeded);
    expect(await processesWith(seconds)).toEqual([]);
  });
});

test('a module that hangs, and will not be asked to end, is ended with all that it started', async () => {
  const { engine } = modules;
  const deaf = `${fork('86414')}
    for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => console.log('not yet'));
    await new Promise(() => setInterval(() => undefined, 1000));`;
  const job = modules.jobOf(await moduleOf(deaf));
  const ignore = { write: async () => undefined };
  await engine.prepare(
    job,
    async () => null,
    async () => undefined,
    never,
  );
  const gone = new AbortController();
  const running = engine.run(job, ignore, 0, gone.signal).catch(() => undefined);
  await waitUntil('it hangs', async () => (await processesWith('86414')).length >= 2);
  gone.abort();
  await running;
  await engine.cancel(job, 500, ignore, 0, never);
  expect(await processesWith('86414')).toEqual([]);
  const command = (await modules.agent.client.listCommands()).find(({ id }) => id === job.id);
  expect(command?.state).not.toBe('running');
  await engine.forget(job, never);
});

test('100 MB of output come through to the last line, and little of it is held at a time', async () => {
  const line = 'x'.repeat(1000);
  const job = modules.jobOf(
    await moduleOf(`
      for (let n = 0; n < 100_000; n++) console.log(n + ' ${line}');
      console.log('the last line');
      return {};`),
  );
  let count = 0;
  let last = '';
  let mostBytes = 0;
  const sink = {
    async write(each: StackOutput) {
      if (each.stream === 'event' || !/ x|the last/.test(each.text)) return;
      last = each.text;
      if (++count % 1000 !== 0) return;
      // As the database takes its time: what is not read waits on disk.
      await new Promise((resolve) => setImmediate(resolve));
      mostBytes = Math.max(mostBytes, process.memoryUsage().heapUsed + process.memoryUsage().external);
    },
  };
  await modules.engine.prepare(
    job,
    async () => null,
    async () => undefined,
    never,
  );
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  const end = await modules.engine.run(job, sink, 0, never);
  expect({ succeeded: end.succeeded, count, last }).toEqual({ succeeded: true, count: 100_001, last: 'the last line' });
  expect(mostBytes - before).toBeLessThan(200 * 1024 ** 2);
  await modules.engine.forget(job, never);
});
