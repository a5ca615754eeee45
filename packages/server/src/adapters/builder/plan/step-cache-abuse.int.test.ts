import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PlanStep } from '@davit/build-plan';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createStepCache } from './step-cache.ts';

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

/** Goes on swapping `path` for a link to `target` and back until the test is over, as fast as it can. */
async function keepSwapping(path: string, target: string): Promise<void> {
  const program = `
    const { renameSync, symlinkSync } = require('node:fs');
    const [path, target] = process.argv.slice(1);
    symlinkSync(target, path + '.link');
    process.stdout.write('ready');
    const move = (from, to) => {
      try {
        renameSync(from, to);
      } catch {}
    };
    for (;;) {
      move(path, path + '.real');
      move(path + '.link', path);
      move(path, path + '.link');
      move(path + '.real', path);
    }`;
  const child = spawn(process.execPath, ['-e', program, path, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  await once(child.stdout, 'data');
}

const outcome = (work: Promise<boolean>) =>
  work.then(
    (kept) => (kept ? 'done' : 'refused'),
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('a process of the service that swaps folders for links meanwhile', () => {
  test('makes the server write and remove nothing elsewhere', async () => {
    const nested = step({ cacheFolders: ['apps/web/node_modules'] });
    await put('apps/web/node_modules/a', 'x');
    await cache.save(nested, 'k1', release);
    await put('node_modules/precious', 'of somebody else', join(folder, 'elsewhere'));
    await keepSwapping(join(release, 'apps/web'), join(folder, 'elsewhere'));
    for (let i = 0; i < 25; i++) await outcome(cache.restore(nested, 'k1', release));
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['node_modules']);
    expect(await readdir(join(folder, 'elsewhere/node_modules'))).toEqual(['precious']);
  });

  test.runIf(process.getuid?.() === 0)('gets nothing of another user into its cache', async () => {
    for (let i = 0; i < 50; i++) await put(`node_modules/p${i}/index.js`, 'x');
    await put('secret', 'of somebody else', join(folder, 'elsewhere'));
    await promisify(execFile)('chown', ['-R', '210777:210777', release]);
    await keepSwapping(join(release, 'node_modules/p7'), join(folder, 'elsewhere'));
    for (let i = 0; i < 25; i++) {
      await outcome(cache.save(step(), `k${i}`, release));
      const kept = await readdir(join(folder, 'steps'), { recursive: true });
      expect(kept.filter((name) => name.endsWith('secret'))).toEqual([]);
    }
  });

  test.runIf(process.getuid?.() === 0)('does not have a result kept that holds what is not its own', async () => {
    await put('node_modules/a', 'x');
    await promisify(execFile)('chown', ['-R', '210777:210777', release]);
    expect(await cache.save(step(), 'k1', release)).toBe(true);
    await put('node_modules/b', 'of root');
    expect(await cache.save(step(), 'k2', release)).toBe(false);
    expect(await readdir(join(folder, 'steps/install'))).toEqual(['k1']);
  });

  test('cannot reach what is kept', async () => {
    await put('node_modules/a', 'x');
    await cache.save(step(), 'k1', release);
    expect((await lstat(join(folder, 'steps'))).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(['release', 'steps']);
    await cache.restore(step(), 'k1', release);
    expect(await readdir(folder)).toEqual(['release', 'steps']);
  });
});
