import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeLargeHomes } from './large-homes.ts';

test('download caches over the limit are emptied, but not while something is built', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-homes-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const folders = { cache: join(folder, 'cache'), toolchains: join(folder, 'toolchains') };
  for (const [name, bytes] of Object.entries({ svc_small: 1000, svc_large: 300_000, svc_busy: 300_000 })) {
    await mkdir(join(folders.cache, name, 'home/.npm'), { recursive: true });
    await mkdir(join(folders.cache, name, 'steps'));
    await writeFile(join(folders.cache, name, 'home/.npm/package'), Buffer.alloc(bytes, 1));
  }
  await mkdir(join(folders.cache, 'svc_small/home.removing'));
  const options = {
    folders,
    busy: new Set(['svc_busy']),
    removeFolder: (path: string) => rm(path, { recursive: true, force: true }),
    signal: new AbortController().signal,
    limitBytes: 200_000,
  };
  expect(await removeLargeHomes(options)).toBe(1);
  expect(await readdir(join(folders.cache, 'svc_large'))).toEqual(['steps']);
  expect(await readdir(join(folders.cache, 'svc_small'))).toEqual(['home', 'steps']);
  expect(await readdir(join(folders.cache, 'svc_busy'))).toEqual(['home', 'steps']);
  expect(await removeLargeHomes(options)).toBe(0);
});
