import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listProcesses, processesLeft } from './processes-left.ts';

/** A process that names `mark` on its command line. */
async function startMarked(mark: string) {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)', mark]);
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('a process that a test left is named, one that was there before is not', async () => {
  const mark = `/left-${process.pid}`;
  await using old = await startMarked(`${mark}/old`);
  const before = listProcesses();
  await using young = await startMarked(`${mark}/young`);
  const left = await processesLeft({ before, paths: [mark] }, 0);
  expect(left).toMatchObject([{ pid: young.pid, command: expect.stringContaining(`${mark}/young`) as string }]);
  expect(old.pid).not.toBe(young.pid);
});

test('a process is known by its environment and its folder too', async () => {
  const before = listProcesses();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'left-')));
  const sleeper = (options: object) => spawn('sleep', ['60'], { stdio: 'ignore', ...options });
  const children = [sleeper({ cwd: folder }), sleeper({ env: { ...process.env, MARK: folder } })];
  try {
    await Promise.all(children.map((child) => once(child, 'spawn')));
    await expect.poll(() => processesLeft({ before, paths: [folder] }, 0)).toHaveLength(2);
  } finally {
    const ended = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(folder, { recursive: true });
  }
});

test('a process that is just ending is waited for', async () => {
  const mark = `/ending-${process.pid}`;
  const before = listProcesses();
  const ending = await startMarked(mark);
  const search = processesLeft({ before, paths: [mark] });
  await ending[Symbol.asyncDispose]();
  expect(await search).toEqual([]);
});
