import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer, ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { listPlatformProcesses } from '../support/platform-processes.ts';
import { type TarEntry, tar } from '../support/tar.ts';

// Bad input is answered with a problem that names the field. Nothing is stored, and no process is started.

interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  requestId: string;
  errors: { pointer: string; detail: string }[];
}

let platform: Platform;
let projectId: string;
let service: ServiceView;
let gitService: ServiceView;
/** A folder first on the server's PATH whose `git` writes down that it was called. */
let trap: string;

beforeAll(async () => {
  trap = await mkdtemp(join(tmpdir(), 'davit-git-trap-'));
  await chmod(trap, 0o755);
  await writeFile(join(trap, 'git'), `#!/bin/sh\necho "$*" >> '${trap}/calls'\nexit 1\n`, { mode: 0o755 });
  platform = await startPlatform({
    environment: { ALLOW_INSECURE_GIT: 'false', PATH: `${trap}:${process.env['PATH']}` },
  });
  projectId = (await platform.api.createProject('input')).id;
  service = await platform.api.createService(projectId, { name: 'uploads' });
  const source = { type: 'git', url: 'https://127.0.0.1/shop.git' };
  gitService = await platform.api.createService(projectId, { name: 'git', source });
});

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(trap, { recursive: true });
});

const gitCalls = () => readFile(join(trap, 'calls'), 'utf8').catch(() => '');

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Everything that a request could leave behind. */
async function state(): Promise<unknown> {
  const { pool } = platform.database;
  const tables = ['projects', 'environments', 'services', 'deployments', 'releases', 'runs', 'uploads', 'variables'];
  const counts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await pool.query<{ n: number; content: string | null }>(
        `select count(*)::int as n, md5(string_agg(t::text, '|' order by id)) as content from ${table} t`,
      );
      return [table, rows[0]];
    }),
  );
  return {
    rows: Object.fromEntries(counts) as unknown,
    uploads: await filesBelow(join(platform.dataDir, 'uploads')),
    builds: await readdir(join(platform.dataDir, 'builds')),
    processes: (await listPlatformProcesses(platform.dataDir)).map(({ pid }) => pid).toSorted((a, b) => a - b),
    commands: await platform.agent.listCommands(),
    git: await gitCalls(),
  };
}

let before: unknown;

beforeEach(async () => {
  before = await state();
});

afterEach(async () => {
  expect(await state()).toEqual(before);
});

function expectProblem(answer: Answer, pointer: string, status: number): void {
  const problem = answer.body as unknown as Problem;
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect({ status: answer.status, pointers: problem.errors.map((error) => error.pointer) }).toEqual({
    status,
    pointers: [pointer],
  });
  expect(problem).toMatchObject({ status, requestId: expect.stringMatching(/^req_/), code: expect.any(String) });
  expect(problem.errors[0]?.detail).not.toBe('');
}

const create = (body: object) => platform.api.call('POST', `/v1/projects/${projectId}/services`, body);
const gitSource = (source: object) => ({
  name: 'new',
  source: { type: 'git', url: 'https://host.invalid/a.git', ...source },
});

describe('a new service', () => {
  test.for<[string, string, object]>([
    ['a branch that is an option', '/source/reference/branch', gitSource({ reference: { branch: '--upload-pack=x' } })],
    ['a branch for a shell', '/source/reference/branch', gitSource({ reference: { branch: ';id' } })],
    ['a tag for a shell', '/source/reference/tag', gitSource({ reference: { tag: '$(id)' } })],
    ['a branch above itself', '/source/reference/branch', gitSource({ reference: { branch: 'a/../b' } })],
    ['a commit that is none', '/source/reference/commit', gitSource({ reference: { commit: 'HEAD~1' } })],
    ['a remote helper as URL', '/source/url', gitSource({ url: 'ext::sh -c id' })],
    ['an option as URL', '/source/url', gitSource({ url: '--upload-pack=id' })],
    ['a host that is an option', '/source/url', gitSource({ url: 'ssh://-oProxyCommand=id/x' })],
    ['a password in the URL', '/source/url', gitSource({ url: 'https://me:secret@host.invalid/a.git' })],
    ['a local path', '/source/url', gitSource({ url: '/etc' })],
    ['a file URL', '/source/url', gitSource({ url: 'file:///etc' })],
    ['plain http', '/source/url', gitSource({ url: 'http://host.invalid/a.git' })],
    ['a root folder above the source', '/source/rootFolder', gitSource({ rootFolder: '../etc' })],
    ['a root folder that climbs', '/source/rootFolder', gitSource({ rootFolder: 'a/../../b' })],
    ['an absolute root folder', '/source/rootFolder', { name: 'new', source: { type: 'upload', rootFolder: '/etc' } }],
    ['an unknown field', '/colour', { name: 'new', colour: 'red' }],
    ['an unknown setting', '/settings/build/colour', { name: 'new', settings: { build: { colour: 'red' } } }],
    ['port 0', '/settings/port', { name: 'new', settings: { port: 0 } }],
    ['port 65536', '/settings/port', { name: 'new', settings: { port: 65_536 } }],
    ['a port that is text', '/settings/port', { name: 'new', settings: { port: '80' } }],
    ['a fixed port, which processes cannot have', '/settings/port', { name: 'new', settings: { port: 8080 } }],
    ['a negative number of replicas', '/settings/replicas', { name: 'new', settings: { replicas: -1 } }],
    [
      'a health path without /',
      '/settings/healthCheck/path',
      { name: 'new', settings: { healthCheck: { path: 'up' } } },
    ],
    [
      'a Dockerfile above the source',
      '/settings/build/dockerfilePath',
      { name: 'new', settings: { build: { dockerfilePath: '../D' } } },
    ],
    ['a stage that is an option', '/settings/build/target', { name: 'new', settings: { build: { target: '-x' } } }],
    [
      'a build argument on two lines',
      '/settings/build/buildArgs/A',
      { name: 'new', settings: { build: { buildArgs: { A: 'a\nRUN id' } } } },
    ],
    [
      'a health path on two lines',
      '/settings/healthCheck/path',
      { name: 'new', settings: { healthCheck: { path: '/a\r\nHost: x' } } },
    ],
    [
      'watched paths above the source',
      '/settings/build/watchPaths/0',
      { name: 'new', settings: { build: { watchPaths: ['../x'] } } },
    ],
    [
      'a schedule that is none',
      '/settings/schedule',
      { name: 'new', kind: 'cron', settings: { schedule: 'every day' } },
    ],
    ['a cron service without a schedule', '/settings/schedule', { name: 'new', kind: 'cron' }],
    ['a name that is no host name', '/name', { name: 'Big Shop!' }],
    ['a command with a NUL', '/settings/releaseCommand', { name: 'new', settings: { releaseCommand: 'a\0b' } }],
  ])('with %s', async ([, pointer, body]) => expectProblem(await create(body), pointer, 400));

  test('with a body that is too large', async () => {
    const answer = await create({ name: 'new', settings: { releaseCommand: 'x'.repeat(4 * 1024 * 1024) } });
    expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  test('with a body that is no JSON', async () => {
    const answer = await platform.api.call('POST', `/v1/projects/${projectId}/services`, Buffer.from('{"name":'), {
      'content-type': 'application/json',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'JSON_MALFORMED' } });
  });
});

describe('a variable', () => {
  test.for<[string, string, object]>([
    ['with = in its name', '/name', { name: 'A=B', value: 'x' }],
    ['with a space in its name', '/name', { name: 'A B', value: 'x' }],
    ['without a name', '/name', { name: '', value: 'x' }],
    ['that davit sets itself', '/name', { name: 'PORT', value: '1' }],
    ['with a NUL', '/value', { name: 'A', value: 'a\0b' }],
    ['that is too large', '/value', { name: 'A', value: 'x'.repeat(65_537) }],
    ['that is no text', '/value', { name: 'A', value: 1 }],
  ])('%s', async ([, pointer, body]) => {
    expectProblem(await platform.api.call('POST', `/v1/services/${service.id}/env`, body), pointer, 400);
  });

  test('of a dotenv text that is none', async () => {
    const path = `/v1/services/${service.id}/env`;
    expectProblem(await platform.api.call('PUT', path, { dotenv: 'what is this' }), '/dotenv', 400);
    expectProblem(await platform.api.call('PUT', path, { dotenv: 'DAVIT_X=1' }), '/dotenv', 400);
  });
});

describe('a deployment', () => {
  test.for<[string, string, object]>([
    ['of a branch that is an option', '/reference/branch', { reference: { branch: '--upload-pack=x' } }],
    ['of a tag for a shell', '/reference/tag', { reference: { tag: '`id`' } }],
    ['of a commit that is none', '/reference/commit', { reference: { commit: 'main' } }],
    ['of an upload, where the source is a repository', '/uploadId', { uploadId: 'upl_1' }],
    ['with an unknown field', '/force', { force: true }],
  ])('%s', async ([, pointer, body]) => {
    expectProblem(await platform.api.call('POST', `/v1/services/${gitService.id}/deploy`, body), pointer, 400);
  });

  test('of an upload that is not there, and of none', async () => {
    const path = `/v1/services/${service.id}/deploy`;
    expectProblem(await platform.api.call('POST', path, { reference: { branch: 'main' } }), '/reference', 400);
    expect(await platform.api.call('POST', path, { uploadId: 'upl_nothing' })).toMatchObject({ status: 404 });
    expect(await platform.api.call('POST', path, {})).toMatchObject({
      status: 409,
      body: { code: 'SERVICE_HAS_NO_SOURCE' },
    });
  });
});

describe('an archive', () => {
  const upload = (body: Uint8Array, contentType = 'application/x-tar') =>
    platform.api.call('POST', '/v1/uploads', body, { 'content-type': contentType });
  const fine: TarEntry = { name: 'server.js', content: 'fine' };

  test.for<[string, TarEntry]>([
    ['a file above the folder', { name: '../evil', content: 'x' }],
    ['a file that climbs', { name: 'a/../../evil', content: 'x' }],
    ['an absolute path', { name: '/etc/cron.d/evil', content: 'x' }],
    ['a device', { name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 }],
    ['a pipe', { name: 'pipe', type: 'fifo' }],
    ['a hard link', { name: 'link', type: 'link', linkname: 'server.js' }],
    ['a link to /etc', { name: 'etc', type: 'symlink', linkname: '/etc' }],
    ['a link that climbs', { name: 'a/up', type: 'symlink', linkname: '../../secrets' }],
  ])('with %s', async ([, entry]) => expectProblem(await upload(await tar(fine, entry)), '/archive', 400));

  test('that is none, or is cut off', async () => {
    expectProblem(await upload(Buffer.from('this is no archive'.repeat(100))), '/archive', 400);
    const whole = await tar(fine, { name: 'more', content: 'x'.repeat(5000) });
    expectProblem(await upload(whole.subarray(0, 2000)), '/archive', 400);
  });

  test('of a type that is not taken', async () => {
    expect(await upload(Buffer.from('PK'), 'application/zip')).toMatchObject({
      status: 415,
      body: { code: 'MEDIA_TYPE_UNSUPPORTED' },
    });
  });
});

describe('what only shows when it is read', () => {
  // These leave a failed deployment, as they must: so they are no part of the comparison above.
  afterEach(async () => {
    before = await state();
  });

  test('a root folder that is no folder is a failed deployment', async () => {
    const source = { type: 'upload', rootFolder: 'app' };
    const linked = await platform.api.createService(projectId, { name: 'linked', source });
    const failed = await deployFiles(platform.api, linked.id, { app: 'a file', ...nodeServer(`'x'`) });
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'BUILD_PLAN_FAILED' });
    expect(failed.reason).toContain('app');
  });

  test('the trap works: what is asked of Git comes to it', async () => {
    const { id } = await platform.api.deploy(gitService.id);
    expect(await platform.api.settled(id)).toMatchObject({ status: 'failed' });
    expect(await gitCalls()).not.toBe('');
  });
});
