import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isCut } from './cut-upload.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-cut-upload-'));
  path = join(folder, 'upl_1.tar.gz.tmp');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a file that nobody has open was cut off, one that is not there was not', async () => {
  expect(await isCut(path)).toBe(false);
  const file = await open(path, 'wx');
  expect(await isCut(path)).toBe(false);
  await file.close();
  expect(await isCut(path)).toBe(true);
});

test('where nobody can tell who has it open, it is still being received', async () => {
  await writeFile(path, 'half');
  expect(await isCut(path, () => Promise.reject(new Error('no /proc')))).toBe(false);
});

test('one that is given its final name while it is looked for was whole', async () => {
  await writeFile(path, 'whole');
  const isWritten = async () => {
    await rename(path, join(folder, 'upl_1.tar.gz'));
    return false;
  };
  expect(await isCut(path, isWritten)).toBe(false);
});
