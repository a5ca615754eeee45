import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { duUsage } from './du-usage.ts';

let top: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'davit-du-'));
});
afterEach(() => rm(top, { recursive: true, force: true }));

const mebibyte = 1024 ** 2;
const signal = () => AbortSignal.timeout(60_000);

async function put(path: string): Promise<void> {
  await mkdir(join(top, path, '..'), { recursive: true });
  await writeFile(join(top, path), Buffer.alloc(mebibyte, 1));
}

test('tells what a folder and those below it take, two levels deep', async () => {
  await put('builds/one/first/file');
  await put('builds/one/second/deep/file');
  const sizes = await duUsage.measure([join(top, 'builds')], signal());
  const megabytes = (path: string) => Math.floor((sizes.get(join(top, path)) ?? -mebibyte) / mebibyte);
  expect(megabytes('builds')).toBe(2);
  expect(megabytes('builds/one')).toBe(2);
  expect(megabytes('builds/one/second')).toBe(1);
  expect(sizes.has(join(top, 'builds/one/second/deep'))).toBe(false);
});

test('counts what is in two places for the one that is named first', async () => {
  await put('builds/file');
  await mkdir(join(top, 'cache'));
  await link(join(top, 'builds/file'), join(top, 'cache/file'));
  await put('cache/own');
  const folders = [join(top, 'builds'), join(top, 'cache'), top];
  const sizes = await duUsage.measure(folders, signal());
  expect(folders.map((folder) => Math.floor((sizes.get(folder) ?? -mebibyte) / mebibyte))).toEqual([1, 1, 0]);
});

test('leaves out what is not there', async () => {
  await put('builds/file');
  const sizes = await duUsage.measure([join(top, 'nowhere'), join(top, 'builds')], signal());
  expect([...sizes.keys()]).toEqual([join(top, 'builds')]);
  expect(await duUsage.measure([join(top, 'nowhere')], signal())).toEqual(new Map());
});

test('says so when it was not let finish', async () => {
  await put('builds/file');
  const stopped = new AbortController();
  const measured = duUsage.measure([top], stopped.signal);
  stopped.abort();
  await expect(measured).rejects.toMatchObject({ code: 'DISK_USAGE_UNKNOWN' });
});
