import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hydrateSymlinks } from './postgres-binaries.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-binaries-'));
  await mkdir(join(folder, 'lib'));
});
afterEach(() => rm(folder, { recursive: true }));

const writeList = (list: unknown) => writeFile(join(folder, 'pg-symlinks.json'), JSON.stringify(list));

test('the links that the npm package lists are made relative, and kept when they are there', async () => {
  await writeList([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]);
  await hydrateSymlinks(folder);
  await hydrateSymlinks(folder);
  expect(await readlink(join(folder, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
});

test.each(['native/../../outside', '/etc/outside', 'native/other/libpq.so'])(
  'a link at %s is refused',
  async (target) => {
    await writeList([{ source: 'native/lib/libpq.so', target }]);
    await expect(hydrateSymlinks(folder)).rejects.toMatchObject({ code: 'POSTGRES_NOT_AVAILABLE' });
  },
);
