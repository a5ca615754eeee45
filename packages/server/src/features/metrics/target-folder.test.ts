import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { syncTargetFolder } from './target-folder.ts';

async function temporaryFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'davit-targets-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'targets');
}

test('the folder holds a file for each target, and none of a target that is gone', async () => {
  const folder = await temporaryFolder();
  await syncTargetFolder(
    folder,
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  );
  expect((await readdir(folder)).toSorted()).toEqual(['davit-a.json', 'davit-b.json']);
  await syncTargetFolder(folder, new Map([['b', '3']]));
  expect(await readdir(folder)).toEqual(['davit-b.json']);
  expect(await readFile(join(folder, 'davit-b.json'), 'utf8')).toBe('3');
});

test('a file that is right already is left alone', async () => {
  const folder = await temporaryFolder();
  await syncTargetFolder(folder, new Map([['a', '1']]));
  const before = await stat(join(folder, 'davit-a.json'));
  await syncTargetFolder(folder, new Map([['a', '1']]));
  expect((await stat(join(folder, 'davit-a.json'))).ino).toBe(before.ino);
});

test('what a crash left unfinished goes; what is not davit’s stays', async () => {
  const folder = await temporaryFolder();
  await mkdir(folder);
  for (const name of ['.davit-a.json.tmp', 'davit-old.json', 'other.json', 'notes.txt'])
    await writeFile(join(folder, name), 'x');
  await syncTargetFolder(folder, new Map());
  expect((await readdir(folder)).toSorted()).toEqual(['notes.txt', 'other.json']);
});
