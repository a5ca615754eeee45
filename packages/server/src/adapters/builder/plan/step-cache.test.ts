import { appendFile, chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PlanStep } from '@davit/build-plan';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createStepCache } from './step-cache.ts';
import { stepKey } from './step-key.ts';

let folder: string;
let release: string;
let cache: ReturnType<typeof createStepCache>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-step-cache-'));
  release = join(folder, 'release');
  await mkdir(release);
  cache = createStepCache(join(folder, 'steps'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const step = (changes: Partial<PlanStep> = {}): PlanStep => ({
  name: 'install',
  folder: '.',
  commands: [['npm', 'ci']],
  cacheInputs: ['package-lock.json'],
  cacheFolders: ['node_modules'],
  homeCacheFolders: [],
  cacheMode: 'exact',
  reason: 'There is a lockfile.',
  environment: {},
  ...changes,
});

async function put(path: string, content: string, root = release): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const read = (path: string, root = release) => readFile(join(root, path), 'utf8');
const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );
const keyOf = (changes: Partial<PlanStep> = {}, version = '24.1.0') =>
  stepKey(release, step(changes), [{ name: 'node', version, binFolders: [], readable: [] }], { CI: 'true' });

describe('the key of a step', () => {
  test('is the same for the same source, wherever it lies', async () => {
    await put('package-lock.json', 'one');
    const key = await keyOf();
    release = join(folder, 'another');
    await put('package-lock.json', 'one');
    expect(await keyOf()).toBe(key);
  });

  test.each([
    ['the content of an input', () => put('package-lock.json', 'two')],
    ['an input that is gone', () => rm(join(release, 'package-lock.json'))],
    ['a file that became a program', () => chmod(join(release, 'package-lock.json'), 0o755)],
    [
      'a file that became a link',
      async () => {
        await rm(join(release, 'package-lock.json'));
        await symlink('one', join(release, 'package-lock.json'));
      },
    ],
  ])('changes with %s', async (_, change) => {
    await put('package-lock.json', 'one');
    const key = await keyOf();
    await change();
    expect(await keyOf()).not.toBe(key);
  });

  test('changes with the commands, the environment and the version of a tool', async () => {
    const keys = [
      await keyOf(),
      await keyOf({ commands: [['npm', 'install']] }),
      await keyOf({ environment: { A: '1' } }),
      await keyOf({}, '24.2.0'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('does not take the content of one file for the name of the next', async () => {
    await put('src/a', '\0src/b\0x');
    await put('src/b', '');
    const key = await keyOf({ cacheInputs: ['src'] });
    await put('src/a', '');
    await put('src/b', '\0src/b\0x');
    expect(await keyOf({ cacheInputs: ['src'] })).not.toBe(key);
  });

  test('reads nothing through a link that leads out of the source', async () => {
    await put('lock', 'of somebody else', folder);
    await symlink(folder, join(release, 'apps'));
    await expect(keyOf({ cacheInputs: ['apps/lock'] })).rejects.toMatchObject({ code: 'BUILD_LINK_LEAVES_SOURCE' });
  });
});

describe('the result of a step', () => {
  test('comes back for the same key, in place of what is there', async () => {
    await put('node_modules/left-pad/index.js', 'good');
    await cache.save(step(), 'k1', release);
    await put('node_modules/left-pad/index.js.new', 'half of something');
    expect(await cache.restore(step(), 'k1', release)).toBe(true);
    expect(await readdir(join(release, 'node_modules/left-pad'))).toEqual(['index.js']);
    expect(await read('node_modules/left-pad/index.js')).toBe('good');
  });

  test('is not given to another key', async () => {
    await put('node_modules/a', 'good');
    await cache.save(step(), 'k1', release);
    await put('node_modules/a', 'as the source has it');
    expect(await cache.restore(step(), 'k2', release)).toBe(false);
    expect(await read('node_modules/a')).toBe('as the source has it');
  });

  test('of an incremental step comes back for any key, as a copy that may be written to', async () => {
    const incremental = step({ name: 'build', cacheMode: 'incremental', cacheFolders: ['target'] });
    await put('target/out', 'first');
    await cache.save(incremental, 'k1', release);
    await rm(join(release, 'target'), { recursive: true });
    expect(await cache.restore(incremental, 'k2', release)).toBe(true);
    await appendFile(join(release, 'target/out'), ' and more');
    await cache.restore(incremental, 'k3', release);
    expect(await read('target/out')).toBe('first');
  });

  test('may be of several folders, of which some are not there', async () => {
    const several = step({ cacheFolders: ['node_modules', 'apps/web/node_modules'] });
    await put('apps/web/node_modules/a', 'deep');
    await cache.save(several, 'k1', release);
    await rm(join(release, 'apps'), { recursive: true });
    await put('node_modules/b', 'not of this result');
    await cache.restore(several, 'k1', release);
    expect(await read('apps/web/node_modules/a')).toBe('deep');
    expect(await exists(join(release, 'node_modules'))).toBe(false);
  });

  test('is kept for the three inputs that were used last', async () => {
    await put('node_modules/a', 'x');
    for (const key of ['k1', 'k2', 'k3']) await cache.save(step(), key, release);
    await cache.restore(step(), 'k1', release);
    await cache.save(step(), 'k4', release);
    expect((await readdir(join(folder, 'steps/install'))).sort()).toEqual(['k1', 'k3', 'k4']);
  });

  test('is there whole or not at all: what a crash left half saved is never taken and is cleared away', async () => {
    await put('install/.save-killed/0/a', 'half', join(folder, 'steps'));
    expect(await cache.restore(step(), 'k1', release)).toBe(false);
    await put('node_modules/a', 'x');
    await cache.save(step(), 'k1', release);
    expect(await readdir(join(folder, 'steps/install'))).toEqual(['k1']);
  });

  test('is not kept for a step that makes nothing worth it', async () => {
    await cache.save(step({ cacheFolders: [] }), 'k1', release);
    expect(await exists(join(folder, 'steps'))).toBe(false);
  });
});

describe('a source that puts a link in place of a folder', () => {
  const nested = step({ cacheFolders: ['apps/web/node_modules'] });

  test('makes the server remove nothing outside when it restores', async () => {
    await put('apps/web/node_modules/a', 'x');
    await cache.save(nested, 'k1', release);
    await put('web/node_modules/precious', 'of somebody else', join(folder, 'elsewhere'));
    await rm(join(release, 'apps'), { recursive: true });
    await symlink(join(folder, 'elsewhere'), join(release, 'apps'));
    await expect(cache.restore(nested, 'k1', release)).rejects.toMatchObject({ code: 'BUILD_LINK_LEAVES_SOURCE' });
    expect(await readdir(join(folder, 'elsewhere/web/node_modules'))).toEqual(['precious']);
  });

  test('makes the server copy nothing of others into the cache', async () => {
    await put('web/node_modules/secret', 'of somebody else', join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(release, 'apps'));
    await expect(cache.save(nested, 'k1', release)).rejects.toMatchObject({ code: 'BUILD_LINK_LEAVES_SOURCE' });
    expect(await readdir(join(folder, 'steps/install'))).toEqual([]);
  });

  test('is refused too where the link leads nowhere yet', async () => {
    await put('apps/web/node_modules/a', 'x');
    await cache.save(nested, 'k1', release);
    await rm(join(release, 'apps'), { recursive: true });
    await symlink(join(folder, 'later'), join(release, 'apps'));
    await expect(cache.restore(nested, 'k1', release)).rejects.toMatchObject({ code: 'BUILD_LINK_LEAVES_SOURCE' });
  });

  test('loses only the link where the folder itself is one', async () => {
    await put('precious', 'of somebody else', join(folder, 'elsewhere'));
    await put('node_modules/a', 'x');
    await cache.save(step(), 'k1', release);
    await rm(join(release, 'node_modules'), { recursive: true });
    await symlink(join(folder, 'elsewhere'), join(release, 'node_modules'));
    await cache.restore(step(), 'k1', release);
    expect(await read('node_modules/a')).toBe('x');
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['precious']);
  });

  test('may use links that stay inside', async () => {
    await put('packages/web/node_modules/a', 'x');
    await symlink('packages', join(release, 'apps'));
    await cache.save(nested, 'k1', release);
    await rm(join(release, 'packages/web/node_modules'), { recursive: true });
    await cache.restore(nested, 'k1', release);
    expect(await read('packages/web/node_modules/a')).toBe('x');
  });
});
