import * as pulumi from '@pulumi/pulumi';
import type { UpResult } from '@pulumi/pulumi/automation/index.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type GitServer, startGitServer } from '../../../server/test/support/git-server.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import * as davit from '../../src/sdk/sdk.gen.ts';
import { pulumiProcesses } from '../support/pulumi-processes.ts';
import { createTestStack, type TestStack } from '../support/pulumi-stack.ts';
import { createWholeProgram, type WholeProgramOptions } from '../support/whole-program.ts';

// The provider under the real Pulumi engine, against a real platform.

let platform: Platform;
let git: GitServer;
let apiToken: string;
let stack: TestStack;
let count = 0;
beforeAll(async () => {
  [platform, git] = await Promise.all([startPlatform(), startGitServer()]);
  const app = nodeServer("'hello ' + process.env.WHO");
  await git.createRepository('app', app);
  await git.createRepository('slow', { ...app, 'build.js': 'setTimeout(() => {}, 4000)' });
  const made = await platform.api.done<{ token: string }>('POST', '/v1/api-tokens', { name: 'pulumi', scope: 'admin' });
  apiToken = made.token;
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await git?.stop();
});
afterEach(async () => {
  await stack?.[Symbol.asyncDispose]();
});

async function newStack(environment: Record<string, string> = { DAVIT_URL: platform.url, DAVIT_TOKEN: apiToken }) {
  stack = await createTestStack(`s${++count}`, environment);
  return stack;
}

interface ServiceFacts {
  id: string;
  name: string;
  settings: { replicas: number };
}
const servicesOf = async (projectId: string) =>
  (await platform.api.done<{ items: ServiceFacts[] }>('GET', `/v1/projects/${projectId}/services`)).items;
const projectNames = async () =>
  (await platform.api.done<{ items: { name: string }[] }>('GET', '/v1/projects')).items.map(({ name }) => name);
const text = (result: UpResult, name: string) => result.outputs[name]?.value as string;

const answerOf = async (url: string) => (await visit(url)).body;

const wholeProgram = (options: WholeProgramOptions = {}) => createWholeProgram(git.urlOf('app'), options);

test('a platform is described, previewed, made, changed, repaired and taken back', async () => {
  await newStack();
  const first = await stack.use(async () => wholeProgram()());
  const preview = await first.preview();
  expect(preview.changeSummary).toEqual({ create: 5 });
  expect(await projectNames()).not.toContain('shop');

  const made = await first.up();
  expect(made.summary.resourceChanges).toEqual({ create: 5 });
  expect(await answerOf(text(made, 'url'))).toBe('hello world');
  // Neither value of a variable is in the state in clear.
  const state = await stack.state();
  expect(state).toContain(text(made, 'serviceId'));
  expect(state).not.toMatch(/hunter2|"world"/);
  expect(JSON.stringify(made.outputs)).not.toContain('hunter2');

  expect((await first.up()).summary.resourceChanges).toEqual({ same: 5 });

  const second = await stack.use(async () => wholeProgram({ who: 'moon', replicas: 2 })());
  expect((await second.preview()).changeSummary).toEqual({ same: 4, update: 1 });
  const changed = await second.up();
  expect(changed.summary.resourceChanges).toEqual({ same: 4, update: 1 });
  expect(text(changed, 'serviceId')).toBe(text(made, 'serviceId'));
  expect(text(changed, 'deploymentId')).not.toBe(text(made, 'deploymentId'));
  expect(await answerOf(text(changed, 'url'))).toBe('hello moon');

  // Somebody changes one thing by hand and removes another: a refresh sees both, and the next update puts them right.
  const serviceId = text(changed, 'serviceId');
  await platform.api.done('PATCH', `/v1/services/${serviceId}`, { settings: { replicas: 1 } });
  await platform.api.done('DELETE', `/v1/environments/${text(changed, 'staging')}/env/SHARED`);
  await platform.api.done('POST', `/v1/services/${serviceId}/env`, { name: 'WHO', value: 'hunter2-by-hand' });
  const reveals = async () => {
    const { rows } = await platform.database.pool.query(`select 1 from audit_log where action = 'variable.reveal'`);
    return rows.length;
  };
  expect(await reveals()).toBe(0);
  const refreshed = await second.refresh();
  expect(refreshed.summary.resourceChanges).toMatchObject({ update: 1, delete: 1 });
  // Only the value that was changed by hand, and once.
  expect(await reveals()).toBe(1);
  await second.refresh();
  expect(await reveals()).toBe(1);
  expect(await stack.state()).not.toContain('hunter2');
  const repaired = await second.up();
  expect(repaired.summary.resourceChanges).toMatchObject({ create: 1, update: 1 });
  const [service] = await servicesOf(text(repaired, 'projectId'));
  expect(service?.settings.replicas).toBe(2);
  expect(await answerOf(text(repaired, 'url'))).toBe('hello moon');

  const third = await stack.use(async () => wholeProgram({ who: 'moon', replicas: 2, kind: 'worker' })());
  expect((await third.preview()).changeSummary).toMatchObject({ replace: 1 });

  await second.destroy();
  expect(await projectNames()).not.toContain('shop');
});

test('what is there already is refused with the command that imports it, and is then imported without a change', async () => {
  const { id: projectId } = await platform.api.done<{ id: string }>('POST', '/v1/projects', { name: 'old' });
  await newStack();
  const program = (options: pulumi.CustomResourceOptions) => async () => {
    const project = new davit.Project('main', { name: 'old' }, options);
    return { id: project.id };
  };
  const refused = await (await stack.use(program({}))).up().catch((error: Error) => error.message);
  expect(refused).toContain('A project with this name exists already.');
  expect(refused).toContain(`pulumi import davit:index:Project main ${projectId}`);

  const imported = await (await stack.use(program({ import: projectId }))).up();
  expect(imported.summary.resourceChanges).toMatchObject({ import: 1 });
  const after = await (await stack.use(program({}))).up();
  expect(after.summary.resourceChanges).toEqual({ same: 2 });

  // What is gone already is no obstacle to a destroy.
  await platform.api.done('DELETE', `/v1/projects/${projectId}`);
  await (await stack.use(program({}))).destroy();
});

test('a service and a variable are imported as they are, also their settings', async () => {
  const project = await platform.api.done<{ id: string; environments: { id: string }[] }>('POST', '/v1/projects', {
    name: 'imports',
  });
  const environmentId = project.environments[0]?.id ?? '';
  const service = await platform.api.done<{ id: string }>('POST', `/v1/projects/${project.id}/services`, {
    name: 'api',
    settings: { replicas: 3, healthCheck: { path: '/health' } },
  });
  await platform.api.done('POST', `/v1/services/${service.id}/env`, { name: 'KEY', value: 'hunter2-imported' });
  await newStack();
  const run = await stack.use(async () => {
    const api = new davit.Service(
      'api',
      { projectId: project.id, environmentId, settings: { replicas: 3, healthCheck: { path: '/health' } } },
      { import: service.id },
    );
    const args = { serviceId: service.id, value: 'hunter2-imported' };
    const key = new davit.Variable('KEY', args, { import: `${service.id}/KEY` });
    return { ids: [api.id, key.id] };
  });
  expect((await run.up()).summary.resourceChanges).toMatchObject({ import: 2 });
  expect(await stack.state()).not.toContain('hunter2');
  expect((await run.up()).summary.resourceChanges).toEqual({ same: 3 });
  await run.destroy();
  expect(await servicesOf(project.id)).toEqual([]);
});

describe('what fails', () => {
  test('in a deployment fails the update with its cause and what to do about it; the next update tries the same service again', async () => {
    await git.createRepository('broken', nodeServer("'never'", 'process.exit(7);'));
    await newStack();
    const program = (repository: string) => async () => {
      const project = new davit.Project('breaks');
      const web = new davit.Service('web', {
        projectId: project.id,
        environmentId: project.defaultEnvironmentId,
        source: { type: 'git', url: git.urlOf(repository) },
        settings: { healthCheck: { timeoutSeconds: 5 }, restart: { policy: 'never' } },
        variables: { WHO: 'again' },
      });
      return { projectId: project.id, url: web.url };
    };
    const failed = await (await stack.use(program('broken'))).up().catch((error: Error) => error.message);
    expect(failed).toMatch(
      /Deployment dep_\S+ failed at the step healthy: \S.* Look at the last lines of its output, .*\(INSTANCE_\w+\)/,
    );
    const { outputs, summary } = await (await stack.use(program('app'))).up();
    expect(summary.resourceChanges).toMatchObject({ update: 1 });
    expect(await answerOf(outputs['url']?.value as string)).toBe('hello again');
    expect(await servicesOf(outputs['projectId']?.value as string)).toHaveLength(1);
    await (await stack.use(program('app'))).destroy();
  });

  test('to end within its timeout says so, and what it waited for', async () => {
    await newStack();
    const run = await stack.use(async () => {
      const project = new davit.Project('hasty');
      const web = new davit.Service(
        'web',
        {
          projectId: project.id,
          environmentId: project.defaultEnvironmentId,
          source: { type: 'git', url: git.urlOf('slow') },
          settings: { build: { buildCommand: 'node build.js' } },
        },
        { customTimeouts: { create: '2s' } },
      );
      return { id: web.id };
    });
    const told = await run.up().then(String, (error: Error) => error.message);
    expect(told).toMatch(/Deployment dep_\S+ was not seen to its end: This took longer than its timeout/);
    await run.destroy();
  });

  test('in the inputs is told before anything is made, with the property and never with a secret value', async () => {
    await newStack();
    const toldOf = async (make: () => unknown) => {
      const run = await stack.use(async () => void make());
      return await run.preview().then(String, (error: Error) => error.message);
    };
    expect(await toldOf(() => new davit.Project('Wrong Name'))).toMatch(/property name .* must match pattern/);
    const alone = await toldOf(() => new davit.Variable('KEY', { value: 'hunter2-alone' }));
    expect(alone).toContain('either serviceId or environmentId');
    const wrong = await toldOf(() => new davit.Variable('KEY', { serviceId: 'svc_1', value: ['hunter2'] as never }));
    expect(wrong).toContain('value: ');
    expect(`${alone}${wrong}`).not.toContain('hunter2');
  });

  test('without a token says what to set', async () => {
    await newStack({ DAVIT_URL: platform.url });
    const run = await stack.use(async () => ({ id: new davit.Project('nobody').id }));
    const told = await run.up().catch((error: Error) => error.message);
    expect(told).toContain('davit:token');
  });
});

test('address and token may be given to a provider, and the token is encrypted in the state', async () => {
  await newStack({});
  const run = await stack.use(async () => {
    const provider = new davit.Provider('here', { url: platform.url, token: apiToken });
    const project = new davit.Project('explicit', {}, { provider });
    return { id: davit.getProject({ name: project.name }, { provider }).id };
  });
  const made = await run.up();
  expect(text(made, 'id')).toMatch(/^prj_/);
  const state = await stack.state();
  expect(state).not.toContain(apiToken);
  expect(state).toContain(platform.url);
  await run.destroy();
});

test('a kill -9 in the middle of a creation does not make two services', async () => {
  await newStack();
  const run = await stack.use(async () => {
    const project = new davit.Project('killed');
    const web = new davit.Service('web', {
      projectId: project.id,
      environmentId: project.defaultEnvironmentId,
      source: { type: 'git', url: git.urlOf('slow') },
      settings: { build: { buildCommand: 'node build.js' } },
      variables: { WHO: 'survivor' },
    });
    return { projectId: project.id, serviceId: web.id, url: web.url };
  });
  const cut = run.up().catch((error: Error) => error);
  const service = await waitUntil('the service of the creation', async () => {
    const { items } = await platform.api.done<{ items: { id: string; name: string }[] }>('GET', '/v1/projects');
    const project = items.find(({ name }) => name === 'killed');
    return project !== undefined && (await servicesOf(project.id))[0];
  });
  const pids = await pulumiProcesses();
  expect(pids.length).toBeGreaterThanOrEqual(2);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  expect(await cut).toBeInstanceOf(Error);

  await run.cancel();
  const again = await run.up();
  expect(text(again, 'serviceId')).toBe(service.id);
  expect((await servicesOf(text(again, 'projectId'))).map(({ name }) => name)).toEqual(['web']);
  expect(await answerOf(text(again, 'url'))).toBe('hello survivor');
  await run.destroy();
});
