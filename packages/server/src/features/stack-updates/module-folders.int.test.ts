import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GitServer, startGitServer } from '../../../test/support/git-server.ts';
import { startTestAgent, type TestAgent } from '../../../test/support/test-agent.ts';
import { createTestGitSource, refusal, type TestGitSource } from '../../../test/support/test-git-source.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import type { BuildOutput } from '../../adapters/builder/builder.ts';
import { createPlanBuilder } from '../../adapters/builder/plan/plan-builder.ts';
import { createAgentExecutor } from '../../adapters/executor/agent/agent-executor.ts';
import type { Kind } from '../kinds/index.ts';
import { createModuleFolders } from './module-folders.ts';

// Modules of organizations, from real Git repositories, with dependencies from a package registry, under a real agent.

const token = 'glpat-of-a-private-module';

let agent: TestAgent;
let source: TestGitSource;
let open: GitServer;
let closed: GitServer;
beforeAll(async () => {
  [agent, source, open, closed] = await Promise.all([
    startTestAgent(),
    createTestGitSource(),
    startGitServer(),
    startGitServer({ token }),
  ]);
  for (const name of ['cache', 'toolchains', 'modules']) await mkdir(join(agent.folder, name), { mode: 0o755 });
});
afterAll(async () => {
  await Promise.all([agent[Symbol.asyncDispose](), source[Symbol.asyncDispose](), open.stop(), closed.stop()]);
});

/** As a server that has just started. */
function createFolders(secret?: string) {
  const executor = createAgentExecutor(agent.client);
  const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  return createModuleFolders({
    kinds: { openModuleCredential: async () => (secret === undefined ? undefined : { kind: 'token', token: secret }) },
    gitSource: source.source,
    builder: createPlanBuilder({
      executor,
      folders: { cache: join(agent.folder, 'cache'), toolchains: join(agent.folder, 'toolchains') },
      hostEnvironment: environment,
      extraCaFile: process.env['NODE_EXTRA_CA_CERTS'],
      seesPrivateFolders: async () => true,
      removeFolder: (path, signal) => agent.client.removeFolder(path, signal),
    }),
    executor,
    folder: join(agent.folder, 'modules'),
    removeFolder: (path, signal) => agent.client.removeFolder(path, signal),
  });
}

const never = new AbortController().signal;
let repository: string;
let count = 0;
beforeEach(() => {
  repository = `module-${++count}`;
});

const kindOf = (url: string): Kind =>
  ({ name: 'Own', module: { type: 'git', url, reference: null, folder: 'own' } }) as unknown as Kind;

function collector() {
  const lines: string[] = [];
  const masked: string[] = [];
  const output: BuildOutput = {
    write: (_, text) => void lines.push(text),
    room: async () => undefined,
    announce: async (title) => {
      lines.push(`$ ${title}`);
      return { stdout: 0, stderr: 0 };
    },
  };
  return { lines, masked, output, mask: (secrets: readonly string[]) => void masked.push(...secrets) };
}

/** Prepares the module of this repository as a run of its own does. */
async function prepare(
  folders = createFolders(),
  { url = open.urlOf(repository), signal = never, seen = collector() } = {},
) {
  const { output, mask, lines, masked } = seen;
  const module = await folders.prepare({ organizationId: 'org_1', kind: kindOf(url), output, mask, signal });
  return { ...module, lines, masked };
}

/** A package.json and its lockfile, with a small package that davit itself has. */
async function dependOn(scripts: Record<string, string> = {}, integrity?: string) {
  const lock = JSON.parse(await readFile(new URL('../../../../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  const { version = '', integrity: own = '' } = lock.packages['node_modules/semver'] ?? {};
  const manifest = { name: 'own', version: '1.0.0', scripts, dependencies: { semver: version } };
  const packages = { '': manifest, 'node_modules/semver': { version, integrity: integrity ?? own } };
  return {
    'own/package.json': JSON.stringify(manifest),
    'own/package-lock.json': JSON.stringify({ name: 'own', version: '1.0.0', lockfileVersion: 3, packages }),
  };
}

const installs = (lines: readonly string[]) => lines.filter((line) => line.startsWith('$ npm ci'));
const program = { 'own/module.js': 'export const program = async () => ({});' };

describe('the dependencies of a module', () => {
  test('are installed once for each lockfile, whatever the commit', async () => {
    await open.createRepository(repository, { ...program, ...(await dependOn()) });
    const first = await prepare();
    expect(installs(first.lines)).toHaveLength(1);
    expect(await readFile(join(first.folder, 'node_modules/semver/package.json'), 'utf8')).toContain('"semver"');
    expect(first.readable).toContain(join(first.folder, '..'));

    const again = await prepare();
    expect(again.folder).toBe(first.folder);
    expect(installs(again.lines)).toEqual([]);

    await open.commit(repository, { 'own/other.js': '' });
    const next = await prepare();
    expect(next.folder).not.toBe(first.folder);
    expect(installs(next.lines)).toEqual([]);
    expect(next.lines).toContain('install: unchanged since an earlier build, taken from the cache.');
    expect(await readFile(join(next.folder, 'node_modules/semver/package.json'), 'utf8')).toContain('"semver"');
  });

  test('are installed by one of two runs that ask at once; the other waits', async () => {
    await open.createRepository(repository, { ...program, ...(await dependOn({ preinstall: 'echo ran >> runs' })) });
    const folders = createFolders();
    const [one, other] = await Promise.all([prepare(folders), prepare(folders)]);
    expect(other.folder).toBe(one.folder);
    expect(installs([...one.lines, ...other.lines])).toHaveLength(1);
    expect(await readFile(join(one.folder, 'runs'), 'utf8')).toBe('ran\n');
  });

  const slow = { preinstall: 'echo ran >> runs; while [ ! -e go ]; do sleep 0.1; done' };
  const running = async () => (await agent.client.listCommands()).filter(({ id }) => id.startsWith('mod_'));
  /** A run whose server is killed while it installs. */
  async function cutShort(folders = createFolders()): Promise<void> {
    const gone = new AbortController();
    const cut = prepare(folders, { signal: gone.signal });
    await waitUntil('the installation runs', async () => (await running()).some((each) => each.exit === null));
    gone.abort();
    await expect(cut).rejects.toThrow();
  }

  /** Gives an installation what it waits for. */
  async function letGoOn(id: string): Promise<void> {
    const parent = join(agent.folder, 'modules', id.split(/[_-]/)[1] ?? '');
    const [commit = ''] = (await readdir(parent)).filter((name) => /^[0-9a-f]+$/.test(name));
    await writeFile(join(parent, commit, 'own', 'go'), '');
  }

  test('are not installed anew when the server is killed in the middle', async () => {
    await open.createRepository(repository, { ...program, ...(await dependOn(slow)) });
    await cutShort();
    const next = prepare();
    const [command] = await running();
    expect(command).toMatchObject({ exit: null });
    await letGoOn(command?.id ?? '');
    const { folder } = await next;
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('ran\n');
    expect(await running()).toEqual([]);
  });

  test('are given up with the run that is canceled', async () => {
    await open.createRepository(repository, { ...program, ...(await dependOn(slow)) });
    const folders = createFolders();
    await cutShort(folders);
    await folders.abandon('org_1', kindOf(open.urlOf(repository)), never);
    expect(await running()).toEqual([]);
  });

  test('that cannot be installed fail the run with the last lines of the installation', async () => {
    const wrong = `sha512-${Buffer.alloc(64).toString('base64')}`;
    await open.createRepository(repository, { ...program, ...(await dependOn({}, wrong)) });
    const seen = collector();
    const error = await refusal(prepare(createFolders(), { seen }));
    expect(error).toMatchObject({ code: 'BUILD_COMMAND_FAILED', message: expect.stringContaining('npm ci') });
    expect(seen.lines.join('\n')).toContain('EINTEGRITY');
    expect(await running()).toEqual([]);
    await open.commit(repository, await dependOn());
    expect(installs((await prepare()).lines)).toHaveLength(1);
  });

  test('need a lockfile', async () => {
    await open.createRepository(repository, {
      ...program,
      'own/package.json': JSON.stringify({ dependencies: { semver: '*', '@pulumi/pulumi': '*' } }),
    });
    expect(await refusal(prepare())).toMatchObject({
      code: 'STACK_MODULE_UNUSABLE',
      message: 'The module depends on semver, and its repository has no lockfile.',
    });
  });

  test('are none where Pulumi’s SDK is all that is asked for', async () => {
    await open.createRepository(repository, {
      ...program,
      'own/package.json': JSON.stringify({ dependencies: { '@pulumi/pulumi': '*' } }),
    });
    expect(installs((await prepare()).lines)).toEqual([]);
  });
});

test('a folder that leaves the repository is refused', async () => {
  await open.createRepository(repository, program);
  const kind = kindOf(open.urlOf(repository));
  const outside = { ...kind, module: { ...kind.module, folder: '../../..' } } as Kind;
  const { output, mask } = collector();
  const work = createFolders().prepare({ organizationId: 'org_1', kind: outside, output, mask, signal: never });
  expect(await refusal(work)).toMatchObject({ code: 'SOURCE_ROOT_FOLDER_INVALID' });
});

test('a private repository is read with the token of the kind, which is masked', async () => {
  await closed.createRepository(repository, program);
  const url = closed.urlOf(repository);
  const { folder, masked, lines } = await prepare(createFolders(token), { url });
  expect(await readFile(join(folder, 'module.js'), 'utf8')).toBe(program['own/module.js']);
  expect(masked).toEqual([token]);
  expect(lines.join('\n')).not.toContain(token);
  const error = await refusal(prepare(createFolders('another'), { url }));
  expect(error.code).toBe('SOURCE_AUTHENTICATION_FAILED');
  expect(`${error.message} ${error.hint}`).not.toContain('another');
});

describe('what is kept of modules', () => {
  const day = 86_400_000;
  const sourceOf = (url = open.urlOf(repository)) => ({ organizationId: 'org_1', url, folder: 'own' });
  /** As if this commit had been used last so many days ago. */
  async function usedBefore(commit: string, days: number): Promise<void> {
    const then = new Date(Date.now() - days * day);
    for (const path of [commit, `${commit}.ready.json`, join(commit, '..', 'copy')]) await utimes(path, then, then);
  }
  const commitOf = ({ folder }: { folder: string }) => join(folder, '..');
  const isKept = (path: string) =>
    readdir(path).then(
      () => true,
      () => false,
    );
  /** Commits of a module, each used one day before the next, the first of them so many days ago. */
  async function prepareCommits(howMany: number, days: number): Promise<string[]> {
    const commits: string[] = [];
    await open.createRepository(repository, { ...program, ...(await dependOn()) });
    for (let at = 0; at < howMany; at++) {
      if (at > 0) await open.commit(repository, { 'own/number.txt': String(at) });
      commits.push(commitOf(await prepare()));
    }
    for (const [at, commit] of commits.entries()) await usedBefore(commit, days - at);
    return commits;
  }

  test('are the newest commits, and none that is older than a month but the last', async () => {
    const many = await prepareCommits(7, 20);
    const keep = { sources: [sourceOf()], folders: [] };
    await createFolders().tidy(keep, new Date(), never);
    expect(await Promise.all(many.map(isKept))).toEqual([false, false, true, true, true, true, true]);
    await createFolders().tidy(keep, new Date(Date.now() + 60 * day), never);
    expect(await Promise.all(many.map(isKept))).toEqual([...Array<boolean>(6).fill(false), true]);
    // What is gone is fetched again when it is wanted.
    expect((await prepare()).folder).toBe(join(many[6] ?? '', 'own'));
  });

  test('are those that a run works with, or was given just now, whatever their age and number', async () => {
    const [first = '', second = '', third = ''] = await prepareCommits(3, 90);
    await usedBefore(third, 0);
    await createFolders().tidy({ sources: [], folders: [join(first, 'own')] }, new Date(), never);
    expect(await Promise.all([first, second, third].map(isKept))).toEqual([true, false, true]);
    expect((await prepare()).lines).not.toContain('$ npm ci');
  });

  test('is nothing of a module that no kind has any more: neither its commits, its packages nor its repository', async () => {
    const [commit = ''] = await prepareCommits(1, 2);
    const key = basename(join(commit, '..'));
    const copy = await readFile(join(commit, '..', 'copy'), 'utf8');
    const left = async () => ({
      module: await isKept(join(commit, '..')),
      cache: await isKept(join(agent.folder, 'cache', `mod_${key}`)),
      copy: (await readdir(join(source.home, 'copies'))).some((name) => name.startsWith(copy)),
    });
    expect(await left()).toEqual({ module: true, cache: true, copy: true });
    await createFolders().tidy({ sources: [sourceOf()], folders: [] }, new Date(), never);
    expect(await left()).toEqual({ module: true, cache: true, copy: true });
    await createFolders().tidy({ sources: [], folders: [] }, new Date(), never);
    expect(await left()).toEqual({ module: false, cache: false, copy: false });
    expect(installs((await prepare()).lines)).toHaveLength(1);
  });
});
