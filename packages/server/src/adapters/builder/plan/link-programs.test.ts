import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { linkPrograms } from './link-programs.ts';

const run = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit\'s "tools" $HOME-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

test('a script runs by the Node on PATH, also below a folder whose name has quotes and signs of the shell', async () => {
  await put('package/package.json', JSON.stringify({ bin: { greet: "it's/greet.cjs" } }));
  await put("package/it's/greet.cjs", 'console.log(process.argv.slice(2).join())');
  await linkPrograms(folder, folder, "it's/greet.cjs", 'tool');
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  for (const name of ['greet', 'tool']) {
    expect((await run(join(folder, 'bin', name), ['a b', '$c'], { env })).stdout).toBe('a b,$c\n');
  }
});

test('a binary gets a link, and the right to be run', async () => {
  await put('package/package.json', '{"name":"deno"}');
  await put('package/deno', '#!/bin/sh\necho "$0 runs"');
  await linkPrograms(folder, folder, 'deno', 'deno');
  expect((await run(join(folder, 'bin', 'deno'))).stdout).toContain('runs');
});

test('a manifest names no program outside of its package', async () => {
  await put('outside', 'mine');
  await chmod(join(folder, 'outside'), 0o600);
  await put('package/package.json', JSON.stringify({ bin: { evil: '../outside', '../../evil': './tool.js' } }));
  await put('package/tool.js', '');
  await linkPrograms(folder, folder, 'tool.js', 'tool');
  expect((await readdir(join(folder, 'bin'))).sort()).toEqual(['evil', 'tool']);
  expect((await stat(join(folder, 'outside'))).mode & 0o777).toBe(0o600);
});
