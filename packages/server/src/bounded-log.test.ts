import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { boundLog } from './bounded-log.ts';

test('a long log is put aside while its writer goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'agent.log');
  await boundLog(path, 10);
  await using log = await open(path, 'a');
  await log.write('short\n');
  await boundLog(path, 10);
  expect(await readFile(path, 'utf8')).toBe('short\n');
  await log.write('now too long\n');
  await boundLog(path, 10);
  await log.write('after\n');
  expect(await readFile(path, 'utf8')).toBe('after\n');
  expect(await readFile(`${path}.1`, 'utf8')).toBe('short\nnow too long\n');
});
