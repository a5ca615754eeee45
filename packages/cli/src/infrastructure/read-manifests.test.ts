import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifestText } from './read-manifests.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-manifests-'));
  await writeFile(join(folder, 'b.yaml'), 'name: b');
  await writeFile(join(folder, 'a.yml'), 'name: a');
  await writeFile(join(folder, 'notes.md'), '# no manifest');
  await writeFile(join(folder, '.hidden.yaml'), 'name: hidden');
  await mkdir(join(folder, 'empty'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder is all of its manifests, in the order of their names', async () => {
  expect(await readManifestText(folder)).toBe('name: a\n---\nname: b');
});

test('a file is what is in it', async () => {
  expect(await readManifestText(join(folder, 'b.yaml'))).toBe('name: b');
});

test('a folder without a manifest is wrong usage', async () => {
  await expect(readManifestText(join(folder, 'empty'))).rejects.toThrow(/no manifest/);
});
