import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifests } from './read-manifests.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-manifests-'));
  await writeFile(join(folder, 'b.yaml'), 'name: b');
  await writeFile(join(folder, 'a.yml'), 'name: a\n');
  await writeFile(join(folder, 'c.yaml'), 'name: c');
  await writeFile(join(folder, 'notes.md'), '# no manifest');
  await writeFile(join(folder, '.hidden.yaml'), 'name: hidden');
  await mkdir(join(folder, 'empty'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder is all of its manifests, in the order of their names', async () => {
  const first = join(folder, 'a.yml');
  expect(await readManifests(folder)).toEqual({
    text: 'name: a\n\n---\nname: b\n---\nname: c',
    files: [
      { path: first, firstLine: 1 },
      { path: join(folder, 'b.yaml'), firstLine: 4 },
      { path: join(folder, 'c.yaml'), firstLine: 6 },
    ],
  });
});

test('a file is what is in it', async () => {
  expect(await readManifests(join(folder, 'b.yaml'))).toEqual({ text: 'name: b', files: [] });
});

test('a folder without a manifest is wrong usage', async () => {
  await expect(readManifests(join(folder, 'empty'))).rejects.toThrow(/no manifest/);
});
