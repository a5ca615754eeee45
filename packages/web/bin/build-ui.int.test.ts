import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildUi } from './build-ui.ts';
import { findSeal } from './seal-ui.ts';

let root: string;
let builds: number;

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const page = '<!doctype html><title>t</title><script type="module" src="/src/main.ts"></script>';
const source = `document.title = '${'davit '.repeat(50)}';`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'davit-ui-'));
  builds = 0;
  await write('packages/web/index.html', page);
  await write('packages/web/src/main.ts', source);
  await write('packages/web/vite.config.ts', 'export default {};');
  await write('packages/api/src/client.ts', 'export const client = 1;');
  await write('package-lock.json', '{}');
});
afterEach(() => rm(root, { recursive: true }));

const dist = () => join(root, 'packages/web/dist');
const build = () => buildUi(root, () => (builds += 1));
const scriptOf = async () => (await readdir(join(dist(), 'assets'))).find((name) => name.endsWith('.js')) ?? '';

test('a build is compressed once for all, and leaves nothing else', async () => {
  await build();
  const script = join(dist(), 'assets', await scriptOf());
  const plain = await readFile(script);
  expect(plain.toString()).toContain('davit davit');
  expect(brotliDecompressSync(await readFile(`${script}.br`))).toEqual(plain);
  expect(gunzipSync(await readFile(`${script}.gz`))).toEqual(plain);
  expect(await readdir(join(root, '.cache'))).toEqual([]);
});

test('the UI is built anew when a source, the client or a package has changed, and only then', async () => {
  await build();
  await write('packages/web/test/e2e/way.test.ts', 'tests are no part of it');
  await build();
  expect(builds).toBe(1);
  await write('packages/api/src/client.ts', 'export const client = 2;');
  await build();
  await write('package-lock.json', '{ "changed": true }');
  await build();
  expect(builds).toBe(3);
  const before = await scriptOf();
  await write('packages/web/src/main.ts', `${source}document.body.id = 'new';`);
  await build();
  expect(builds).toBe(4);
  expect(await scriptOf()).not.toBe(before);
});

test('a build that fails leaves the one before', async () => {
  await build();
  const seal = await findSeal(dist());
  await write('packages/web/src/main.ts', `import './not-there.ts';`);
  await expect(build()).rejects.toThrow('not-there');
  expect(await findSeal(dist())).toBe(seal);
  await write('packages/web/src/main.ts', source);
  await build();
  expect(builds).toBe(2);
});

test('a folder that is no whole build is replaced', async () => {
  await write('packages/web/dist/index.html', 'half a build');
  await build();
  expect(await readFile(join(dist(), 'index.html'), 'utf8')).not.toContain('half');
});

test('of several at once one builds', async () => {
  await Promise.all([build(), build(), build()]);
  expect(builds).toBe(1);
});

test('the lock of a builder that was killed is taken over', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  await write('.cache/building-web-ui', String(child.pid));
  await write('.cache/web-ui-1/index.html', 'left by it');
  await build();
  expect(builds).toBe(1);
  expect(await readdir(join(root, '.cache'))).toEqual([]);
});
