import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { type SshGitServer, startSshGitServer } from '../support/ssh-git-server.ts';
import { visit } from '../support/visit.ts';

// From a commit on a real Git host, over HTTP and SSH, to a page.

const token = 'glpat-Xk29dLmQ73vRz';

let platform: Platform;
let projectId: string;
let git: GitServer;
let ssh: SshGitServer;

beforeAll(async () => {
  [platform, git, ssh] = await Promise.all([startPlatform(), startGitServer({ token }), startSshGitServer()]);
  projectId = (await platform.api.createProject('git')).id;
});

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await Promise.all([git.stop(), ssh.stop()]);
});

const page = (text: string) => nodeServer(JSON.stringify(text));

interface NewGitService {
  name: string;
  url: string;
  source?: object;
  sourceCredential?: object;
  settings?: object;
}

async function createGitService({ name, url, source, ...rest }: NewGitService) {
  const sourceCredential = { kind: 'token', token };
  return await platform.api.createService(projectId, {
    name,
    source: { type: 'git', url, ...source },
    sourceCredential,
    ...rest,
  });
}

async function deploy(serviceId: string, input: object = {}): Promise<DeploymentView> {
  return await platform.api.settled((await platform.api.deploy(serviceId, input)).id);
}

async function saidBy({ runId }: DeploymentView): Promise<string> {
  return (await platform.api.outputOf(runId)).join('\n');
}

describe('over HTTP with a token', () => {
  test('the newest commit is served, and the deployment says whose it is', async () => {
    const first = await git.createRepository('shop', page('first'), {
      message: 'Open the shop\n\nWith a long story.',
      author: 'Ada Lovelace <ada@example.org>',
    });
    const service = await createGitService({ name: 'shop', url: git.urlOf('shop') });

    const deployment = await deploy(service.id);
    expect(deployment).toMatchObject({ status: 'active', commit: { sha: first, author: 'Ada Lovelace' } });
    expect(deployment.commit?.message).toContain('Open the shop');
    expect((await visit(service.url)).body).toBe('first');

    const second = await git.commit('shop', page('second'), { message: 'New window', author: 'Grace <g@example.org>' });
    const newer = await deploy(service.id);
    expect(newer).toMatchObject({ status: 'active', commit: { sha: second, message: 'New window', author: 'Grace' } });
    expect((await visit(service.url)).body).toBe('second');
  });

  test('a branch, a tag or a commit can be deployed instead', async () => {
    const tagged = await git.createRepository('library', page('from the tag'));
    await git.git('library', 'tag', 'v1.0', tagged);
    const older = await git.commit('library', page('from the commit'));
    await git.commit('library', page('from main'));
    await git.commit('library', page('from the branch'), { branch: 'feature/reading-room' });
    const service = await createGitService({
      name: 'library',
      url: git.urlOf('library'),
      source: { reference: { branch: 'feature/reading-room' } },
    });
    const served = async (input: object) => {
      expect(await deploy(service.id, input)).toMatchObject({ status: 'active' });
      return (await visit(service.url)).body;
    };
    expect(await served({})).toBe('from the branch');
    expect(await served({ reference: { tag: 'v1.0' } })).toBe('from the tag');
    expect(await served({ reference: { commit: older } })).toBe('from the commit');
    expect(await served({ reference: { commit: older.slice(0, 10) } })).toBe('from the commit');
    expect(await served({ reference: { branch: 'main' } })).toBe('from main');
  });

  test('one folder of a monorepo is a service', async () => {
    const files = (folder: string, text: string) =>
      Object.fromEntries(Object.entries(page(text)).map(([name, content]) => [`apps/${folder}/${name}`, content]));
    await git.createRepository('monorepo', { ...files('one', 'app one'), ...files('two', 'app two') });
    const service = await createGitService({
      name: 'two',
      url: git.urlOf('monorepo'),
      source: { rootFolder: 'apps/two' },
    });
    expect(await deploy(service.id)).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe('app two');
  });

  test('asked for "if changed", a deployment is skipped when nothing that is watched changed', async () => {
    await git.createRepository('watched', { ...page('one'), 'docs/README.md': 'first' });
    const service = await createGitService({
      name: 'watched',
      url: git.urlOf('watched'),
      settings: { build: { watchPaths: ['*.js', 'src/**'] } },
    });
    expect(await deploy(service.id, { onlyIfChanged: true })).toMatchObject({ status: 'active' });

    await git.commit('watched', { 'docs/README.md': 'second' });
    const skipped = await deploy(service.id, { onlyIfChanged: true });
    expect(skipped).toMatchObject({ status: 'skipped' });
    expect(await saidBy(skipped)).toContain('Nothing that is watched changed');
    expect((await visit(service.url)).body).toBe('one');

    await git.commit('watched', page('two'));
    expect(await deploy(service.id, { onlyIfChanged: true })).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe('two');
  });

  test('submodules are left out unless they are asked for', async () => {
    const part = await git.createRepository('part', { 'part.txt': 'the part' });
    await git.createRepository('whole', {
      ...nodeServer(`process.getBuiltinModule('node:fs').existsSync('part/part.txt')`),
      '.gitmodules': `[submodule "part"]\n\tpath = part\n\turl = ${git.urlOf('part')}\n`,
      part: { submodule: part },
    });
    const service = await createGitService({ name: 'whole', url: git.urlOf('whole') });
    expect(await deploy(service.id)).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe('false');

    const source = { type: 'git', url: git.urlOf('whole'), submodules: true };
    await platform.api.done('PATCH', `/v1/services/${service.id}`, { source });
    const withParts = await deploy(service.id);
    expect(withParts, await saidBy(withParts)).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe('true');
  });
});

describe('over SSH with a deploy key', () => {
  test('a private repository is served', async () => {
    const commit = await ssh.createRepository('vault', page('from the vault'));
    const service = await createGitService({
      name: 'vault',
      url: ssh.urlOf('vault'),
      sourceCredential: { kind: 'deploy-key', privateKey: ssh.deployKey },
    });
    expect(await deploy(service.id)).toMatchObject({ status: 'active', commit: { sha: commit } });
    expect((await visit(service.url)).body).toBe('from the vault');
  });

  test('a key that is not let in is refused in one sentence', async () => {
    await ssh.createRepository('closed', page('never seen'));
    const service = await createGitService({
      name: 'closed',
      url: ssh.urlOf('closed'),
      sourceCredential: { kind: 'deploy-key', privateKey: ssh.strangerKey },
    });
    const deployment = await deploy(service.id);
    expect(deployment).toMatchObject({
      status: 'failed',
      errorCode: 'SOURCE_AUTHENTICATION_FAILED',
      reason: 'The Git host refused the token or the deploy key.',
    });
    expect(await saidBy(deployment)).not.toContain('PRIVATE KEY');
  });
});

describe('what cannot be fetched fails with its cause', () => {
  test('a wrong token', async () => {
    await git.createRepository('private', page('private'));
    const sourceCredential = { kind: 'token', token: 'wrong-token-5512' };
    const service = await createGitService({ name: 'private', url: git.urlOf('private'), sourceCredential });
    const deployment = await deploy(service.id);
    expect(deployment).toMatchObject({
      status: 'failed',
      errorCode: 'SOURCE_AUTHENTICATION_FAILED',
      reason: 'The Git host refused the token or the deploy key.',
    });
    expect(deployment.steps?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'fetch failed',
      'cleanup succeeded',
    ]);
    expect(await saidBy(deployment)).not.toContain('wrong-token-5512');
    expect(await platform.log()).not.toContain('wrong-token-5512');
  });

  test('a branch that is not there', async () => {
    await git.createRepository('plain', page('plain'));
    const source = { reference: { branch: 'no-such-branch' } };
    const service = await createGitService({ name: 'plain', url: git.urlOf('plain'), source });
    const deployment = await deploy(service.id);
    expect(deployment).toMatchObject({ status: 'failed', errorCode: 'SOURCE_REF_NOT_FOUND' });
    expect(deployment.reason).toContain('no-such-branch');
    expect(await saidBy(deployment)).not.toContain('Trying again');
  });

  test('a root folder that is not in the commit', async () => {
    await git.createRepository('flat', page('flat'));
    const service = await createGitService({
      name: 'flat',
      url: git.urlOf('flat'),
      source: { rootFolder: 'apps/nowhere' },
    });
    const deployment = await deploy(service.id);
    expect(deployment.status).toBe('failed');
    expect(deployment.reason).toContain('apps/nowhere');
  });

  test('a root folder that is a link out of the repository', async () => {
    await git.createRepository('linked', { ...page('linked'), apps: { link: '/etc' } });
    const source = { rootFolder: 'apps' };
    const service = await createGitService({ name: 'linked', url: git.urlOf('linked'), source });
    const deployment = await deploy(service.id);
    expect(deployment.status).toBe('failed');
    expect(deployment.reason).toContain('apps');
    expect(await saidBy(deployment)).not.toContain('passwd');
  });

  test('a host that is down is tried again, and holds up nobody who comes from elsewhere', async () => {
    // A server that was there and is gone: its port answers nobody.
    const gone = await startGitServer();
    await gone.stop();
    const services = await Promise.all(
      ['dead-one', 'dead-two'].map((name) => createGitService({ name, url: gone.urlOf('nothing') })),
    );
    const failed = await Promise.all(services.map(({ id }) => deploy(id)));
    expect(failed.map(({ status }) => status)).toEqual(['failed', 'failed']);
    const said = await Promise.all(failed.map(saidBy));
    expect(said[0]).toContain('The Git host could not be reached, or broke the connection off. Trying again in');

    const uploaded = await platform.api.createService(projectId, { name: 'elsewhere' });
    expect(await deployFiles(platform.api, uploaded.id, page('alive'))).toMatchObject({ status: 'active' });
    await git.createRepository('alive', page('alive too'));
    const fromGit = await createGitService({ name: 'alive', url: git.urlOf('alive') });
    expect(await deploy(fromGit.id)).toMatchObject({ status: 'active' });
  });

  test('a host that is down for a moment costs a try and no deployment', async () => {
    let refusals = 2;
    const shaky = await startGitServer({
      intercept: (_, response) => {
        if (refusals === 0) return false;
        refusals--;
        response.writeHead(503).end();
        return true;
      },
    });
    try {
      await shaky.createRepository('shaky', page('shaky but there'));
      const service = await createGitService({ name: 'shaky', url: shaky.urlOf('shaky') });
      const deployment = await deploy(service.id);
      expect(deployment, await saidBy(deployment)).toMatchObject({ status: 'active' });
      expect(await saidBy(deployment)).toContain('Trying again in');
      expect((await visit(service.url)).body).toBe('shaky but there');
    } finally {
      await shaky.stop();
    }
  });
});
