import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countingNpm, type LauncherBed, launcherBed, namesIn, newNode, oldNode } from './support/launcher-bed.ts';

interface Told {
  words: string[];
  cwd: string;
  node: string;
  version: string;
}

const told = (stdout: string): Told => JSON.parse(stdout) as Told;

async function callsOfNpm(bed: LauncherBed): Promise<string[]> {
  const text = await readFile(join(bed.path, 'npm-calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** A machine with a Node that is new enough and an npm. */
async function readyBed(): Promise<LauncherBed> {
  const bed = await launcherBed();
  await bed.addProgram('node', newNode);
  await bed.addProgram('npm', countingNpm);
  return bed;
}

test('it runs the command line with every word as it is, from any folder and through links', async () => {
  await using bed = await readyBed();
  await mkdir(join(bed.path, 'else where'));
  await symlink(join(bed.path, 'davit'), join(bed.path, 'else where', 'absolute'));
  await symlink('absolute', join(bed.path, 'else where', 'relative'));
  const words = ['up', 'a b', '', '$HOME', '--x=*', 'line\nbreak'];
  const cwd = join(bed.path, 'else where');
  const { code, stdout } = await bed.run(words, { program: join(cwd, 'relative'), cwd });
  expect(code).toBe(0);
  expect(told(stdout)).toMatchObject({ words, cwd });
});

test('packages are installed once for each lockfile, without their scripts, and stdout stays the command’s own', async () => {
  await using bed = await readyBed();
  const first = await bed.run([]);
  expect(first.stderr).toContain('installing packages');
  expect(() => told(first.stdout)).not.toThrow();
  const second = await bed.run([]);
  expect(second.stderr).toBe('');
  expect(await callsOfNpm(bed)).toEqual([expect.stringMatching(/^ci --ignore-scripts --omit=dev/)]);

  await writeFile(join(bed.path, 'package-lock.json'), '{ "lockfileVersion": 3, "packages": {} }');
  await bed.run([]);
  expect(await callsOfNpm(bed)).toHaveLength(2);
});

test('two at once install once', async () => {
  await using bed = await readyBed();
  const both = await Promise.all([1, 2].map(() => bed.run([], { env: { NPM_TAKES: '2' } })));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await callsOfNpm(bed)).toHaveLength(1);
  expect(both.map(({ stderr }) => stderr).join('')).toContain('waiting for it');
});

test('an installation that was cut off is made again, also when it left its lock', async () => {
  await using bed = await readyBed();
  await bed.run([]);
  // npm removes the folder first, and the mark of a whole installation with it.
  await rm(join(bed.path, 'node_modules'), { recursive: true });
  await mkdir(join(bed.path, 'node_modules', 'half'), { recursive: true });
  // The highest process id that there can be is not in use.
  await writeFile(join(bed.path, '.cache', 'install.lock'), '4194304\n');
  expect((await bed.run([])).code).toBe(0);
  expect(await callsOfNpm(bed)).toHaveLength(2);
  expect(await namesIn(join(bed.path, '.cache'))).not.toContain('install.lock');
});

test('an npm that fails ends it, and nothing is taken for installed', async () => {
  await using bed = await readyBed();
  await bed.addProgram('npm', '#!/bin/sh\necho "npm error: disk" >&2\nexit 1\n');
  const { code, stderr, stdout } = await bed.run([]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('npm error: disk');
  expect((await bed.run([])).code).toBe(1);
});

test('what somebody installed by hand is taken as it is', async () => {
  await using bed = await readyBed();
  await bed.write({ 'node_modules/vitest/package.json': '{}', 'node_modules/.package-lock.json': '{}' });
  expect((await bed.run([])).code).toBe(0);
  expect(await callsOfNpm(bed)).toEqual([]);
});

test('an old Node first on PATH is passed over for a new one after it', async () => {
  await using bed = await readyBed();
  await bed.addProgram('old/node', oldNode());
  const programs = join(bed.path, 'programs');
  const { code, stderr } = await bed.run([], { env: { PATH: `${programs}/old:${programs}` } });
  expect(code).toBe(0);
  expect(stderr).not.toContain('is needed');
});

test('where Node is old, one that was fetched before is used', async () => {
  await using bed = await readyBed();
  await bed.addProgram('node', oldNode());
  await mkdir(join(bed.path, '.cache/node-24.99.0/bin'), { recursive: true });
  await symlink(process.execPath, join(bed.path, '.cache/node-24.99.0/bin/node'));
  const { code, stderr, stdout } = await bed.run([]);
  expect(code).toBe(0);
  expect(stderr).not.toContain('fetching');
  expect(told(stdout).version).toBe(process.versions.node);
});

test('where Node is old, npm fetches a new one, once', async () => {
  await using bed = await launcherBed();
  await bed.addProgram('node', oldNode());
  await bed.addTool('npm');
  const first = await bed.run(['status'], { env: networkSettings() });
  expect(first.stderr).toContain('found 20.11.1');
  expect(first.code).toBe(0);
  const { node, version } = told(first.stdout);
  expect(node).toBe(join(bed.path, '.cache', `node-${version}`, 'bin', 'node'));
  expect(await namesIn(join(bed.path, '.cache'))).toEqual([`node-${version}`]);
  const second = await bed.run(['status'], { env: networkSettings() });
  expect(second).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  ['no Node and no npm', [], /Node 24\.12 or newer is needed, and there is no npm/],
  ['an old Node and no npm', ['node'], /is needed \(found 20\.11\.1\), and there is no npm/],
])('%s: one line says what is missing', async (_what, names, line) => {
  await using bed = await launcherBed();
  if (names.includes('node')) await bed.addProgram('node', oldNode());
  const { code, stderr, stdout } = await bed.run([]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(line)]);
});

test('an npm that reaches no registry: the last line says what is missing, and nothing half-made stays', async () => {
  await using bed = await launcherBed();
  await bed.addProgram('node', oldNode());
  await bed.addTool('npm');
  const env = {
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_fetch_retries: '0',
    npm_config_cache: join(bed.path, 'npm-cache'),
  };
  const { code, stderr } = await bed.run([], { env });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toMatch(/npm could not fetch node-\S+ \(.*ECONNREFUSED.*\): install Node/);
  expect((await namesIn(join(bed.path, '.cache'))).filter((name) => name.startsWith('node-'))).toEqual([]);
});

test.each(['v24.11.9', 'v18.0.0', 'v9', 'nonsense', ''])('a Node that says it is %j is not taken', async (version) => {
  await using bed = await launcherBed();
  await bed.addProgram('node', `#!/bin/sh\necho '${version}'\n`);
  expect((await bed.run([])).code).toBe(1);
});

/** How npm reaches the registry on this machine: what a user's own environment would say. */
function networkSettings(): Record<string, string> {
  const passed = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      /^(npm_config_(?!prefix)\w+|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|https?_proxy|no_proxy)$/i.test(name),
  ) as [string, string][];
  return { ...Object.fromEntries(passed), HOME: process.env.HOME ?? '' };
}
