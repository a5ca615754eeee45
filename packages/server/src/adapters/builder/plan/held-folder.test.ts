import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { holdPlace } from './held-folder.ts';

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-held-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  source = join(folder, 'source');
  await mkdir(join(source, 'apps/web'), { recursive: true });
  await mkdir(join(folder, 'elsewhere'));
});

describe('a place that is held', () => {
  test('stays where it is although a link is put in the way to it', async () => {
    await using held = await holdPlace(source, 'apps/web/node_modules', false);
    await rename(join(source, 'apps/web'), join(source, 'apps/moved'));
    await symlink(join(folder, 'elsewhere'), join(source, 'apps/web'));
    await writeFile(held?.place ?? '', 'x');
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
    expect(await readdir(join(source, 'apps/moved'))).toEqual(['node_modules']);
  });

  test('is refused behind a link that leads out', async () => {
    await symlink(join(folder, 'elsewhere'), join(source, 'out'));
    await expect(holdPlace(source, 'out/node_modules', true)).rejects.toMatchObject({
      code: 'BUILD_LINK_LEAVES_SOURCE',
    });
  });

  test('is not there without its folder, which is made when it is wanted, for the owner of the source', async () => {
    expect(await holdPlace(source, 'a/b/c', false)).toBeUndefined();
    await using held = await holdPlace(source, 'a/b/c', true);
    expect(held?.name).toBe('c');
    const { uid, gid } = await stat(source);
    expect(await stat(join(source, 'a/b'))).toMatchObject({ uid, gid, mode: 0o40755 });
  });
});
