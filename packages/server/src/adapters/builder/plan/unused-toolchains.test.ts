import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeUnusedToolchains } from './unused-toolchains.ts';

test('a toolchain that no build used for a month and no release needs is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-unused-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const make = async (name: string, daysAgo: number) => {
    await mkdir(join(folder, name, 'bin'), { recursive: true });
    const at = new Date(Date.now() - daysAgo * 86_400_000);
    await utimes(join(folder, name), at, at);
  };
  await make('node@20.1.0', 31);
  await make('node@22.1.0', 400);
  await make('node@24.1.0', 29);
  await make('static-server@0123', 400);
  await make('.unused-go@1.20.0', 31);
  await removeUnusedToolchains(folder, new Set([join(folder, 'node@22.1.0')]), new Date());
  expect((await readdir(folder)).sort()).toEqual(['node@22.1.0', 'node@24.1.0', 'static-server@0123']);
  await removeUnusedToolchains(join(folder, 'nowhere'), new Set(), new Date());
});
