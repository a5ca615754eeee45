import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bundleOf, findCode } from '../../src/own-code.ts';
import { makeNewerDavit } from '../support/newer-davit.ts';
import { startServerProcess } from '../support/server-process.ts';

const run = promisify(execFile);
const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

// A server runs from one file that is made of its sources. The copy of davit is one whose sources may be changed.

test('a server runs what its sources say now, and from them where no bundle can be made', async () => {
  await using newer = await makeNewerDavit();
  await using platform = await startServerProcess({});
  expect(findCode()).toBeDefined();
  expect(await platform.log()).not.toContain('runs from its sources');

  const entry = join(dirname(newer.main), 'serve.ts');
  const checkout = join(dirname(newer.main), '..', '..', '..');
  const cache = join(checkout, '.cache');
  const place = { checkout: join(checkout, '/'), entry, folder: join(cache, 'server-code') };
  // No folder can be made here, as in a checkout that is read-only; that would stop nobody who is root.
  await writeFile(cache, '');
  await platform.restart(newer.main);
  expect((await platform.log()).match(/^davit: runs from its sources.*$/gm)).toHaveLength(1);
  expect(findCode(place)).toBeUndefined();

  await rm(cache);
  const env = { ...process.env, NODE_COMPILE_CACHE: join(platform.dataDir, 'compile-cache') };
  const warmUp = () => run(process.execPath, [newer.main, 'warm-up'], { env });
  const both = await Promise.all([warmUp(), warmUp()]);
  expect(both.map(({ stderr }) => stderr).join('')).not.toContain('davit:');
  expect(findCode(place)).toBeDefined();
  const former = await readFile(bundleOf(place), 'utf8');

  const starter = join(dirname(newer.main), 'start-server.ts');
  await writeFile(starter, (await readFile(starter, 'utf8')).replace("'davit is ready'", "'davit is ready anew'"));
  await platform.restart(newer.main);
  expect(await platform.log()).toContain('davit is ready anew');
  expect(findCode(place)).toBeDefined();
  expect(await readFile(bundleOf(place), 'utf8')).not.toBe(former);
});

test('what is compiled before the first start is what a server of its flags finds', async () => {
  await using platform = await startServerProcess({});
  const command = await readFile(`/proc/${platform.server.pid}/cmdline`, 'utf8');
  const flags = command.split('\0').filter((word) => /^--(?:min|max|initial|optimize)-/.test(word));
  expect(flags).not.toEqual([]);
  const tag = (of: readonly string[]) => run(process.execPath, [...of, '-p', 'v8.cachedDataVersionTag().toString(16)']);
  const [own, bare] = await Promise.all([tag(flags), tag([])]);
  expect(own.stdout).not.toBe(bare.stdout);

  const folder = await mkdtemp(join(tmpdir(), 'davit-compiled-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await run(process.execPath, [serverMain, 'warm-up'], { env: { ...process.env, NODE_COMPILE_CACHE: folder } });
  expect((await readdir(folder)).join(' ')).toContain(`-${own.stdout.trim()}-`);
});
