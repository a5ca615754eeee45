import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { withFileLock } from './file-lock.ts';

test('one at a time, and every one gets its turn', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.lock');
  let inside = 0;
  let most = 0;
  let done = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(setImmediate);
    inside -= 1;
    done += 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work)));
  expect({ most, done }).toEqual({ most: 1, done: 8 });
  expect(await readdir(folder.path)).toEqual([]);
});

test('the lock of a process that was killed is taken over', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.lock');
  const gone = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(gone, 'exit');
  await writeFile(path, JSON.stringify({ pid: gone.pid, startTime: null }));
  expect(await withFileLock(path, async () => 'mine')).toBe('mine');
});

test('a process that has the id of the one before is not taken for it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.lock');
  // This process is there, and did not start at the boot of the machine.
  await writeFile(path, JSON.stringify({ pid: process.pid, startTime: 1 }));
  const taken = withFileLock(path, async () => 'mine', { timeoutMs: 1000 });
  if (process.platform === 'linux') expect(await taken).toBe('mine');
  else await expect(taken).rejects.toThrow('does not let go');
});

test('a lock whose writer was killed before it wrote anything does not stay', async () => {
  await using folder = await temporaryFolder({ 'x.lock': '' });
  expect(await withFileLock(join(folder.path, 'x.lock'), async () => 'mine')).toBe('mine');
});

test('a lock that another holds for too long is reported with who holds it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.lock');
  const told: number[] = [];
  await withFileLock(path, async () => {
    const second = withFileLock(path, async () => 'never', { timeoutMs: 100, onWait: (pid) => told.push(pid) });
    await expect(second).rejects.toThrow(`Process ${process.pid} holds`);
  });
  expect(told).toEqual([process.pid]);
});

test('work that fails lets go', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.lock');
  await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(path, async () => 'free')).toBe('free');
});
