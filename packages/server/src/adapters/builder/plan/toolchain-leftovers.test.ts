import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { removeLeftovers } from './toolchain-leftovers.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-toolchains-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function make(name: string, hoursAgo = 0): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'file'), '');
  const at = new Date(Date.now() - hoursAgo * 3_600_000);
  await utimes(path, at, at);
  return path;
}

test('what a fetch left that a crash cut short is removed; what is whole or may be under way stays', async () => {
  for (const name of ['.fetch-a', '.node-a', '.static-server-a', '.pypi-poetry-a', 'node@24.1.0']) await make(name, 2);
  await make('.fetch-now');
  await removeLeftovers(folder);
  expect((await readdir(folder)).sort()).toEqual(['.fetch-now', 'node@24.1.0']);
});

test('an environment of Python stays as long as a toolchain names it', async () => {
  const used = await make('.pypi-poetry-used', 48);
  await make('.pypi-poetry-lost', 48);
  await writeFile(join(await make('poetry@2.1.0'), 'environment'), used);
  await removeLeftovers(folder);
  expect((await readdir(folder)).sort()).toEqual(['.pypi-poetry-used', 'poetry@2.1.0']);
});

test('a fetch that failed leaves nothing of its own', async () => {
  const own = await make('.pypi-poetry-own');
  await removeLeftovers(folder, own);
  expect(await readdir(folder)).toEqual([]);
  await removeLeftovers(join(folder, 'nowhere'));
});
