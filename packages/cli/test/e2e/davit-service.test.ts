import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type GitServer, startGitServer } from '../../../server/test/support/git-server.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { type Ended, runDavit } from '../support/run-davit.ts';
import { typeDavit } from '../support/type-davit.ts';

// A service of the platform itself, from a manifest at a terminal to a URL that answers.

let platform: Platform;
let git: GitServer;
let folder: string;
beforeAll(async () => {
  // With one place for runs: a stack update that waits for a deployment must not hold the place that it needs.
  [platform, git] = await Promise.all([startPlatform({ environment: { WORKER_CONCURRENCY: '1' } }), startGitServer()]);
  folder = await mkdtemp(join(tmpdir(), 'davit-service-'));
  await git.createRepository('app', nodeServer("'hello ' + process.env.WHO"));
  await platform.api.createProject('shop');
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await git?.stop();
  await rm(folder, { recursive: true, force: true });
});

const davit = (token: string | undefined, ...argv: string[]) => davitWith('', token, ...argv);

async function davitWith(input: string, token: string | undefined, ...argv: string[]): Promise<Ended> {
  const env = { HOME: process.env['HOME'] ?? '', XDG_CONFIG_HOME: folder, NO_COLOR: '1', DAVIT_URL: platform.url };
  return await runDavit(argv, { cwd: folder, env: { ...env, DAVIT_TOKEN: token ?? '' }, input });
}

const asOwner = (...argv: string[]) => davit(platform.api.token, ...argv);

async function writeManifest(who: string, more = ''): Promise<void> {
  const lines = [
    'apiVersion: v1',
    'kind: DavitService',
    'metadata: { name: web }',
    'spec:',
    '  project: shop',
    `  source: { url: "${git.urlOf('app')}" }`,
    `  variables: { WHO: ${who} }`,
    '  settings: { drainSeconds: 0, stopGraceSeconds: 1 }',
  ];
  await writeFile(join(folder, 'service.yaml'), `${lines.join('\n')}\n${more}`);
}

async function runTokens() {
  const { rows } = await platform.database.pool.query<{ scope: string; revoked: boolean; name: string }>(
    'select scope, name, revoked_at is not null as revoked from api_tokens where run_id is not null order by id',
  );
  return rows;
}

test('a manifest becomes a service that answers, is changed, and is taken back; its token ends with each run', async () => {
  await writeManifest('world');
  const deployed = await asOwner('deploy', '-f', 'service.yaml');
  expect(deployed.stderr).toContain('DavitService acts on davit itself, as who asked for this.');
  expect(deployed).toMatchObject({ code: 0 });
  const url = /^url +(\S+)$/m.exec(deployed.stdout)?.[1] ?? '';
  expect((await visit(url)).body).toBe('hello world');
  expect(await runTokens()).toEqual([{ scope: 'admin', name: 'deploy of DavitService/web', revoked: true }]);

  await writeManifest('moon');
  const preview = await asOwner('resource', 'preview', 'web', '--json');
  expect(JSON.parse(preview.stdout)).toMatchObject({ status: 'success', changes: { same: 2 } });
  expect((await asOwner('deploy', '-f', 'service.yaml')).code).toBe(0);
  expect((await visit(url)).body).toBe('hello moon');
  const scopes = (await runTokens()).map(({ scope, revoked }) => `${scope} ${revoked}`);
  expect(scopes).toEqual(['admin true', 'deploy true', 'admin true']);
  const { items } = await platform.api.done<{ items: object[] }>('GET', '/v1/api-tokens');
  expect(items).toEqual([]);

  expect((await asOwner('resource', 'delete', 'web', '--yes')).code).toBe(0);
  expect((await asOwner('service', 'list', '--project', 'shop', '--quiet')).stdout.trim()).toBe('');
});

test('what goes wrong is the update’s own cause: no such project, or a deployment that fails', async () => {
  await writeManifest('nobody');
  const manifest = ['apiVersion: v1', 'kind: DavitService', 'metadata: { name: lost }', 'spec:', '  project: nowhere'];
  await writeFile(join(folder, 'lost.yaml'), `${manifest.join('\n')}\n  source: { url: "${git.urlOf('app')}" }\n`);
  const lost = await asOwner('deploy', '-f', 'lost.yaml');
  expect(lost.code).toBe(1);
  expect(`${lost.stdout}${lost.stderr}`).toContain('There is no project "nowhere"');

  await git.createRepository('broken', nodeServer("'never'", 'process.exit(7);'));
  const broken = ['apiVersion: v1', 'kind: DavitService', 'metadata: { name: broken }', 'spec:', '  project: shop'];
  const settings = '  settings: { healthCheck: { timeoutSeconds: 5 }, restart: { policy: never } }\n';
  await writeFile(
    join(folder, 'broken.yaml'),
    `${broken.join('\n')}\n  source: { url: "${git.urlOf('broken')}" }\n${settings}`,
  );
  const failed = await asOwner('deploy', '-f', 'broken.yaml');
  expect(failed.code).toBe(1);
  expect(`${failed.stdout}${failed.stderr}`).toMatch(/Deployment dep_\S+ failed/);
  expect((await runTokens()).every(({ revoked }) => revoked)).toBe(true);
});

test('the status of a service whose newest deployment failed says why, and what to do about it', async () => {
  const { stdout } = await asOwner('status', '-s', 'shop/broken');
  const [row = '', advice = '', ...older] = stdout.slice(stdout.indexOf('  #')).trimEnd().split('\n');
  expect(row).toMatch(/^ {2}#\d+ +failed .*ended before the service answered/);
  expect(advice).toMatch(
    /^ {4}hint: [A-Z].*\. `davit logs --build --deployment dep_\w+` shows all of its output, `davit logs` /,
  );
  expect(older.filter((line) => !/^ {2}#\d/.test(line))).toEqual([]);
});

test('a run may do no more than who asked for it, not even than the scope of its API token', async () => {
  const { token } = await platform.api.done<{ token: string }>('POST', '/v1/api-tokens', {
    name: 'd',
    scope: 'deploy',
  });
  await writeManifest('developer');
  expect((await davit(token, 'deploy', '-f', 'service.yaml')).code).toBe(0);
  expect((await runTokens()).at(-1)).toMatchObject({ scope: 'deploy', revoked: true });
  // Another kind takes another service, and the old one away: that is an admin's.
  await writeManifest('developer', '  kind: worker\n');
  const refused = await davit(token, 'deploy', '-f', 'service.yaml');
  expect(refused.code).toBe(1);
  expect(`${refused.stdout}${refused.stderr}`).toContain('PERMISSION_DENIED');
});

test('a command runs once among the files of what serves, and the terminal gets its output and its exit code', async () => {
  const script = 'ls server.js; echo "$DAVIT_PROCESS of $WHO"; echo wrong >&2; exit 7';
  const ran = await asOwner('run', '--remote', '-s', 'shop/web', '--', 'sh', '-c', script);
  expect(ran).toMatchObject({ code: 7, stdout: 'server.js\ncommand of developer\n', stderr: 'wrong\n' });
  expect(await asOwner('run', '--remote', '-s', 'shop/web', '--timeout', '0', '--', 'true')).toMatchObject({ code: 2 });
  expect(await asOwner('run', '--timeout', '5', '-s', 'shop/web', '--', 'true')).toMatchObject({ code: 2 });
});

test('a command that could not be run ends with why, and what to do about it', async () => {
  const { pool } = platform.database;
  await pool.query('update releases set artifact_removed_at = now()');
  expect(await asOwner('run', '--remote', '-s', 'shop/web', '--', 'true')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^error: What was built for this release is not there any more.*\nhint: Deploy the service again/m,
    ),
  });
  await pool.query('update releases set artifact_removed_at = null');
});

test('a person types into a shell of an instance at their terminal, which has its size and gets its exit code', async () => {
  const home = { HOME: process.env['HOME'] ?? '', XDG_CONFIG_HOME: folder, NO_COLOR: '1' };
  const env = { ...home, DAVIT_URL: platform.url, DAVIT_TOKEN: platform.api.token ?? '' };
  const sit = (...argv: string[]) => typeDavit(['exec', '-s', 'shop/web', ...argv], { env, cols: 91, rows: 33 });
  const shell = sit('-i', 'web.0');
  await shell.shows('A shell in web.0 of web');
  shell.type('echo "<$WHO" "$DAVIT_PROCESS>"; ls server.js; stty size\n');
  await shell.shows('<developer web>');
  await shell.shows('33 91');
  shell.resize({ cols: 70, rows: 20 });
  // The new size and what is typed come by two ways: either may be the first.
  const asking = setInterval(() => shell.type('stty size\n'), 300);
  await shell.shows('20 70').finally(() => clearInterval(asking));
  // Ctrl-C is the shell's: it ends what runs in it and neither the shell nor the command here.
  shell.type(`trap 'echo "inter" "rupted"' INT; sleep 1000\n`);
  // One that is pressed while the shell is just starting what it runs is lost, as at every terminal.
  const pressing = setInterval(() => shell.type('\x03'), 300);
  await shell.shows('inter rupted').finally(() => clearInterval(pressing));
  shell.type('echo "went" "on"; exit 7\n');
  await shell.shows('went on');
  expect(await shell.ended).toBe(7);

  const elsewhere = sit('-i', 'web.9');
  await elsewhere.shows('The service has no instance web.9');
  await elsewhere.shows('web.0');
  expect(await elsewhere.ended).toBe(4);
  const without = await asOwner('exec', '-s', 'shop/web');
  expect(without).toMatchObject({ code: 2, stdout: '' });
  expect(without.stderr).toContain('davit exec -- COMMAND');

  const command = sit('--', 'sh', '-c', 'stty size; exit 9');
  await command.shows('33 91');
  expect(await command.ended).toBe(9);
});

test('a command runs in an instance without a terminal: what is piped goes in, its outputs stay apart, its exit code comes back', async () => {
  const script = 'cat; echo "$DAVIT_PROCESS of $WHO: $1"; echo wrong >&2; exit 7';
  const words = ['-s', 'shop/web', '--', 'sh', '-c', script, 'sh', '-s "$WHO"'];
  const ran = await davitWith('line 1\nline 2\n', platform.api.token, 'exec', ...words);
  const stdout = 'line 1\nline 2\nweb of developer: -s "$WHO"\n';
  expect(ran).toMatchObject({ code: 7, stdout, stderr: 'wrong\n' });
  const missing = await asOwner('exec', '-s', 'shop/web', '--', 'davit-no-such-program');
  expect(missing).toMatchObject({ code: 127, stdout: '' });
  expect(missing.stderr).toContain('davit-no-such-program');
  expect(await asOwner('exec', '-s', 'shop/web', '--', 'true')).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test('who follows a scheduled command is told how it ended, by the exit code too', async () => {
  const { api, database, dataDir } = platform;
  const project = await api.createProject('nightly');
  const service = await api.createService(project.id, {
    name: 'tidy',
    kind: 'cron',
    // Far away: the test says when.
    settings: { schedule: '0 0 29 2 *' },
  });
  const main = [
    "const { existsSync } = require('node:fs');",
    "console.log('begun');",
    "setInterval(() => { for (const code of [0, 7]) if (existsSync('end-' + code)) process.exit(code); }, 50);",
  ].join('\n');
  const source = {
    'package.json': JSON.stringify({ private: true, scripts: { start: 'node main.js' } }),
    'main.js': main,
  };
  const deployment = await deployFiles(api, service.id, source);
  expect(deployment).toMatchObject({ status: 'active' });
  const folder = join(dataDir, 'builds', service.id, deployment.id);

  async function begin(): Promise<string> {
    // Such a time has milliseconds.
    await database.pool.query('update services set next_cron_at = $2 where id = $1', [service.id, new Date()]);
    const subject = encodeURIComponent(`${service.id}:cron`);
    return await waitUntil('it runs', async () => {
      const { items } = await api.done<{ items: { id: string; state: string }[] }>(
        'GET',
        `/v1/runs?subject=${subject}`,
      );
      const running = items.find(({ state }) => state === 'running')?.id;
      return running !== undefined && (await api.outputOf(running)).includes('begun') && running;
    });
  }
  const follow = () => asOwner('logs', '--cron', '-f', '--service', 'nightly/tidy');

  await begin();
  let following = follow();
  await writeFile(join(folder, 'end-0'), '');
  expect(await following).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('begun'),
    stderr: expect.stringMatching(/^The scheduled command of tidy ended well \(in .*\)\n$/),
  });

  await rm(join(folder, 'end-0'));
  await begin();
  following = follow();
  await writeFile(join(folder, 'end-7'), '');
  expect(await following).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: The scheduled command failed: .*code 7.*\n$/),
  });

  await rm(join(folder, 'end-7'));
  const runId = await begin();
  following = follow();
  await api.done('POST', `/v1/runs/${runId}/cancel`);
  expect((await following).code).toBe(5);
});

test('a service gets another branch and another repository by a command, and answers with it after the next deployment', async () => {
  await git.createRepository('store', nodeServer("'of the store'"));
  await git.commit('store', nodeServer("'of a branch'"), { branch: 'next' });
  await platform.api.createProject('moving');
  const origin = ['--project', 'moving', '--git', git.urlOf('app')];
  const { stdout } = await asOwner('service', 'create', 'web', ...origin, '--json');
  const { url } = JSON.parse(stdout) as { url: string };
  expect(await asOwner('deploy', '-s', 'moving/web')).toMatchObject({ code: 0 });

  for (const [address, body] of [
    [git.urlOf('store'), 'of the store'],
    [`${git.urlOf('store')}#next`, 'of a branch'],
  ] as const) {
    const before = (await visit(url)).body;
    const moved = await asOwner('service', 'source', '-s', 'moving/web', '--git', address);
    expect(moved).toMatchObject({ code: 0, stderr: expect.stringContaining('`davit deploy -s moving/web`') });
    expect((await visit(url)).body).toBe(before);
    expect(await asOwner('deploy', '-s', 'moving/web')).toMatchObject({ code: 0 });
    expect((await visit(url)).body).toBe(body);
  }
});

test('a module of the organization’s own for the kind gets no token', async () => {
  await git.createRepository('modules', {
    'module.js': "export const program = async () => ({ token: process.env.DAVIT_TOKEN ?? 'none' });",
  });
  await platform.api.done('PUT', '/v1/kinds/DavitService/module', { url: git.urlOf('modules') });
  const manifest = ['apiVersion: v1', 'kind: DavitService', 'metadata: { name: strange }', 'spec:', '  project: shop'];
  manifest.push(`  source: { url: "${git.urlOf('app')}" }\n`);
  try {
    await writeFile(join(folder, 'strange.yaml'), manifest.join('\n'));
    const deployed = await asOwner('deploy', '-f', 'strange.yaml');
    expect(deployed.stdout).toMatch(/^token +none$/m);
  } finally {
    await platform.api.done('DELETE', '/v1/kinds/DavitService/module');
  }
});
