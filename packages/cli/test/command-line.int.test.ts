import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real command as a user whose machine has no davit on it. */
async function davit(words: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  await using home = await temporaryFolder();
  const env = { PATH: process.env.PATH, HOME: home.path, DATA_DIR: join(home.path, 'data'), ...more };
  return await new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { env, cwd: home.path }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** An address at which nobody listens: that of a server that has just been closed. */
async function unusedAddress(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

test('without words it shows its commands', async () => {
  const { code, stdout } = await davit([]);
  expect(code).toBe(0);
  expect(stdout).toContain('up [source]');
});

test.each([
  [['nope'], 'nope'],
  [['up', '--nope'], '--nope'],
  [['scale'], 'instances'],
  [['env', 'set', 'no assignment'], 'no assignment'],
  [['logs', '--since', 'yesterday'], 'yesterday'],
  [['up', '.', '--kind', 'x'], 'web, worker or cron'],
  [['up', 'https://example.com/a.git#'], 'branch'],
  [['completion', 'tcsh'], 'tcsh'],
])('%j is wrong usage, and says what is wrong', async (words, text) => {
  const { code, stdout, stderr } = await davit(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(text);
});

test('where nothing runs, every command that needs davit says how to start it, and starts nothing', async () => {
  const words = [['status'], ['logs'], ['ps'], ['env', 'list'], ['deploy'], ['rollback'], ['login'], ['whoami']];
  for (const { code, stderr } of await Promise.all(words.map((each) => davit(each)))) {
    expect(code).toBe(1);
    expect(stderr).toContain('davit is not running here.');
    expect(stderr).toContain('davit up');
  }
});

test('with --json an error is JSON', async () => {
  const { code, stderr } = await davit(['status', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ error: { message: 'davit is not running here.', exitCode: 1 } });
});

test('a folder that is not there starts nothing', async () => {
  const { code, stderr } = await davit(['up', 'no-such-folder']);
  expect(code).toBe(1);
  expect(stderr).toContain('There is no folder no-such-folder.');
});

test('a server that is not there is told with exit code 1, a missing sign-in with 3', async () => {
  const url = await unusedAddress();
  const gone = await davit(['whoami'], { DAVIT_URL: url, DAVIT_TOKEN: 'x' });
  expect(gone.code).toBe(1);
  expect(gone.stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`);
  expect((await davit(['whoami'], { DAVIT_URL: url })).code).toBe(3);
});

test('stopping what does not run is no failure', async () => {
  const { code, stdout } = await davit(['down']);
  expect(code).toBe(0);
  expect(stdout).toContain('was not running');
});

test('a plan is made without a server', async () => {
  await using folder = await temporaryFolder({ 'package.json': '{ "scripts": { "start": "node a.js" } }', 'a.js': '' });
  const { code, stdout } = await davit(['plan', folder.path, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ language: 'node' });
});

const bash = spawnSync('bash', ['--version']).status === 0;

/** What bash offers after these words. */
async function completed(...words: string[]): Promise<string[]> {
  const { stdout: script } = await davit(['completion', 'bash']);
  const ask = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _davit; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', ask, 'bash', 'davit', ...words], { encoding: 'utf8' });
  return stdout.split('\n').filter((word) => word !== '');
}

test.runIf(bash)('bash completes commands, members of groups and options', async () => {
  expect(await completed('ro')).toEqual(['rollback']);
  expect(await completed('env', 'i')).toEqual(['import']);
  expect(await completed('--quiet', 'env', 'set', '--f')).toEqual(['--from-file']);
  expect(await completed('logs', '--fo')).toEqual(['--follow']);
  expect(await completed('run', '--', 'x')).toEqual([]);
});

test.each(['zsh', 'fish'])('%s is offered every command', async (shell) => {
  const { code, stdout } = await davit(['completion', shell]);
  expect(code).toBe(0);
  for (const name of ['up', 'down', 'rollback', 'import', 'from-file']) expect(stdout).toContain(name);
  if (spawnSync(shell, ['-c', 'true']).status === 0) {
    expect(spawnSync(shell, ['-n'], { input: stdout }).status).toBe(0);
  }
});
