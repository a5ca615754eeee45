import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestAgent, type TestAgent } from '../../../test/support/test-agent.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { commandTitle, runBuildCommand } from '../builder/build-command.ts';
import type { BuildOutput } from '../builder/builder.ts';
import { createAgentExecutor } from './agent/agent-executor.ts';
import type { Executor, ExecutorCommand } from './executor.ts';
import { removeCommands } from './remove-commands.ts';
import { runToEnd } from './run-to-end.ts';

let agent: TestAgent;
let executor: Executor;
beforeAll(async () => {
  agent = await startTestAgent();
  executor = createAgentExecutor(agent.client);
});
afterAll(() => agent[Symbol.asyncDispose]());

let count = 0;
let id: string;
let folder: string;
beforeEach(async () => {
  id = `dep_${++count}-build-0`;
  folder = join(agent.folder, `work-${count}`);
  await mkdir(folder);
});

const signal = new AbortController().signal;
const nothing = { stdout: 0, stderr: 0 };

function shell(script: string, changes: Partial<ExecutorCommand> = {}): ExecutorCommand {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const argv = ['/bin/sh', '-c', script];
  return { argv, env, cwd: folder, isolationKey: 'svc_1', writable: [folder], readable: [], limits: {}, ...changes };
}

function createSink() {
  const lines: string[] = [];
  return {
    lines,
    write: (stream: string, line: string) => void lines.push(`${stream}: ${line}`),
    room: async () => {},
  };
}

describe('a command that is run to its end', () => {
  test('hands over its lines and how it ended', async () => {
    const sink = createSink();
    const status = await runToEnd(executor, id, shell('echo a; echo b >&2; exit 3'), sink, nothing, signal);
    expect(status.exit).toMatchObject({ code: 3 });
    expect(sink.lines.toSorted()).toEqual(['stderr: b', 'stdout: a']);
  });

  test('hands over no more than there is room for', async () => {
    const sink = createSink();
    const gate = Promise.withResolvers<void>();
    const slow = { ...sink, room: () => gate.promise };
    const ended = runToEnd(executor, id, shell('echo 1; sleep 0.2; echo 2; echo "done" > done'), slow, nothing, signal);
    await waitUntil('the command has ended', () => existsSync(join(folder, 'done')));
    expect(sink.lines).toEqual(['stdout: 1']);
    gate.resolve();
    await ended;
    expect(sink.lines).toEqual(['stdout: 1', 'stdout: 2']);
  });

  test('goes on under its id for the next server, which skips the lines that are stored', async () => {
    const first = new AbortController();
    const early = createSink();
    const script = 'echo 1; echo 2; until [ -e go ]; do sleep 0.05; done; echo 3';
    const cut = runToEnd(executor, id, shell(script), early, nothing, first.signal);
    await waitUntil('two lines came', () => early.lines.length === 2);
    first.abort();
    await expect(cut).rejects.toThrow();
    const late = createSink();
    const rest = runToEnd(executor, id, shell(script), late, { stdout: 2, stderr: 0 }, signal);
    const helper = `${id}-go`;
    await runToEnd(executor, helper, shell('touch go'), createSink(), nothing, signal);
    expect((await rest).exit).toMatchObject({ code: 0 });
    expect(late.lines).toEqual(['stdout: 3']);
  });

  test('is removed with all others of its deployment, and no other deployment loses any', async () => {
    const other = id.replace('-build', '1-build');
    for (const each of [id, other]) await executor.start(each, shell('sleep 600'), signal);
    await removeCommands(executor, `${id.split('-')[0]}-`, signal);
    const left = (await executor.list(signal)).map((status) => status.id);
    expect(left).toContain(other);
    expect(left).not.toContain(id);
    await executor.remove(other, signal);
  });
});

describe('a command of a build', () => {
  function createOutput(): BuildOutput & { titles: string[] } {
    const titles: string[] = [];
    return { titles, write: () => {}, room: async () => {}, announce: async (title) => (titles.push(title), nothing) };
  }
  const run = (command: ExecutorCommand, output = createOutput()) =>
    runBuildCommand(executor, id, command, output, signal);

  test('is announced as a person would type it', async () => {
    const output = createOutput();
    await run(shell('true'), output);
    expect(output.titles).toEqual(['true']);
    expect(commandTitle(['npm', 'ci', '--no-audit'])).toBe('npm ci --no-audit');
    expect(commandTitle(['/bin/sh', '-c', 'make all\nmake install'])).toBe('make all …');
    expect(commandTitle(['x'.repeat(300)])).toBe(`${'x'.repeat(200)} …`);
  });

  test('that fails says so with its last line', async () => {
    await expect(run(shell('echo first; echo "  the cause  " >&2; echo; exit 2'))).rejects.toMatchObject({
      code: 'BUILD_COMMAND_FAILED',
      message: expect.stringMatching(/^"echo first.* failed: .*2.* Its last line: /),
    });
  });

  test('that takes too long is ended, and says so', async () => {
    await expect(run(shell('sleep 600', { timeoutMs: 200 }))).rejects.toMatchObject({ code: 'BUILD_TIMEOUT' });
  });

  test('that finds no space says that the disk is full', async () => {
    const failing = shell('echo "write error: No space left on device" >&2; exit 1');
    await expect(run(failing)).rejects.toMatchObject({ code: 'BUILD_DISK_FULL' });
  });

  test('that does not exist says so', async () => {
    await expect(run(shell('', { argv: ['no-such-program'] }))).rejects.toMatchObject({ code: 'BUILD_COMMAND_FAILED' });
  });
});
