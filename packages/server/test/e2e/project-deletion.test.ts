import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { watchSteps } from '../support/step-watch.ts';
import { waitUntil } from '../support/wait-until.ts';

// A project or an environment that is deleted with everything in it.

interface Project {
  id: string;
  environments: { id: string }[];
}

let platform: Platform;
let project: Project;
let count = 0;

beforeAll(async () => {
  // One worker: a deletion that waited for other runs would wait for ever.
  platform = await startPlatform({ environment: { WORKER_CONCURRENCY: '1', RUN_LEASE: '6s' } });
});
afterAll(() => platform[Symbol.asyncDispose]());
beforeEach(async () => {
  project = await platform.api.done<Project>('POST', '/v1/projects', { name: `doomed-${++count}` });
});

const url = () => `/v1/projects/${project.id}`;
const remove = (path = url()) => platform.api.done<{ runId: string }>('DELETE', `${path}?cascade=true`);

const create = (name: string, fields: object = {}): Promise<ServiceView> =>
  platform.api.createService(project.id, { name: `${name}-${count}`, ...fields });

/** What is left of services anywhere: instances, addresses, folders. */
async function leftOf(services: readonly ServiceView[]) {
  const ids = new Set(services.map(({ id }) => id));
  const { agent, dataDir } = platform;
  const files = await readdir(dataDir, { recursive: true });
  return {
    instances: (await agent.listInstances()).filter(({ group }) => ids.has(group)).map(({ id }) => id),
    routes: (await agent.listRoutes()).filter(({ owner }) => ids.has(owner)).map(({ host }) => host),
    folders: files.filter((file) => [...ids].some((id) => file.split('/').includes(id))),
  };
}
const nothing = { instances: [], routes: [], folders: [] };

describe('a project', () => {
  test('with services is kept unless all of it is meant', async () => {
    const { api } = platform;
    await create('web');
    expect(await api.call('DELETE', url())).toMatchObject({ status: 409, body: { code: 'PROJECT_NOT_EMPTY' } });
    expect(await api.call('DELETE', `${url()}?cascade=yes`)).toMatchObject({ status: 400 });
    expect((await api.call('GET', url())).status).toBe(200);
  });

  test('goes with its services, what they run and what they keep, by a run that says so', async () => {
    const { api } = platform;
    const web = await create('web');
    const worker = await create('worker', { kind: 'worker' });
    const bare = await create('bare');
    await deployFiles(api, web.id, nodeServer(`'here'`));
    await deployFiles(api, worker.id, {
      'package.json': '{"scripts":{"start":"node main.js"}}',
      'main.js': 'setInterval(() => {}, 1000);',
    });
    expect((await leftOf([web, worker])).instances).toHaveLength(2);

    const { runId } = await remove();
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect((await api.call('GET', url())).status).toBe(404);
    for (const service of [web, worker, bare])
      expect((await api.call('GET', `/v1/services/${service.id}`)).status).toBe(404);
    expect(await leftOf([web, worker, bare])).toEqual(nothing);
    const run = await api.done<{ kind: string; subject: string; steps: { name: string; state: string }[] }>(
      'GET',
      `/v1/runs/${runId}`,
    );
    expect(run).toMatchObject({ kind: 'project.delete', subject: project.id });
    expect(run.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'end succeeded',
      'services succeeded',
      'forget succeeded',
    ]);
    const output = await api.outputOf(runId);
    expect(output[0]).toBe('3 service(s) to delete.');
    for (const { name } of [web, worker, bare]) expect(output).toContain(`Service ${name} is deleted.`);
  });

  test('with a cloud resource is kept, and so are its services, also when all of it is meant', async () => {
    const { api } = platform;
    const web = await create('web');
    const manifest = {
      apiVersion: 'kubernetes.project-planton.org/v1',
      kind: 'KubernetesNamespace',
      metadata: { name: `kept-${count}` },
      spec: {},
    };
    const [environment] = project.environments;
    const { id } = await api.done<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    await api.done('POST', '/v1/cloud-resources', {
      manifest: JSON.stringify(manifest),
      environmentId: environment?.id,
    });
    for (const [path, code] of [
      [url(), 'PROJECT_HAS_RESOURCES'],
      [`${url()}/environments/${environment?.id}`, 'ENVIRONMENT_HAS_RESOURCES'],
    ] as const) {
      expect(await api.call('DELETE', `${path}?cascade=true`)).toMatchObject({ status: 409, body: { code } });
    }
    expect((await api.call('GET', `/v1/services/${web.id}`)).status).toBe(200);
    expect(await api.runEnded((await remove(`${url()}/environments/${id}`)).runId)).toMatchObject({
      state: 'succeeded',
    });
  });

  test('takes the deployments with it that are under way or wait', async () => {
    const { api } = platform;
    const service = await create('slow');
    const build = { 'package.json': '{"scripts":{"build":"sleep 600","start":"node x"}}' };
    const running = await startDeployment(api, service.id, build);
    await waitUntil('the build', async () => {
      const { currentStep } = await api.done<{ currentStep: string }>('GET', `/v1/deployments/${running.id}`);
      return currentStep === 'build';
    });
    const other = await create('other');
    const waiting = await startDeployment(api, other.id, nodeServer(`'never'`));
    const { runId } = await remove();
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    for (const ended of [running, waiting])
      expect(await api.runEnded(ended.runId)).toMatchObject({ state: expect.stringMatching(/canceled|failed/) });
    expect((await api.call('GET', url())).status).toBe(404);
    expect(await leftOf([service, other])).toEqual(nothing);
  });
});

describe('an environment', () => {
  test('goes with its services, while those of the others stay', async () => {
    const { api } = platform;
    const staging = await api.done<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    const here = await create('here', { environmentId: staging.id });
    const there = await create('there');
    await deployFiles(api, here.id, nodeServer(`'here'`));
    await deployFiles(api, there.id, nodeServer(`'there'`));
    const path = `${url()}/environments/${staging.id}`;
    expect(await api.call('DELETE', path)).toMatchObject({ body: { code: 'ENVIRONMENT_NOT_EMPTY' } });
    const { runId } = await remove(path);
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    const { environments } = await api.done<Project>('GET', url());
    expect(environments).toMatchObject([{ id: project.environments[0]?.id }]);
    expect(await leftOf([here])).toEqual(nothing);
    expect(await api.instances(there.id)).toMatchObject([{ state: 'running' }]);
  });

  test('is kept when it is the last', async () => {
    const path = `${url()}/environments/${project.environments[0]?.id}?cascade=true`;
    expect(await platform.api.call('DELETE', path)).toMatchObject({ status: 409, body: { code: 'ENVIRONMENT_LAST' } });
  });

  test('gets another name, but not one that is taken', async () => {
    const { api } = platform;
    const staging = await api.done<{ id: string }>('POST', `${url()}/environments`, { name: 'staging' });
    const path = `${url()}/environments/${staging.id}`;
    expect(await api.done('PATCH', path, { name: 'testing' })).toMatchObject({ id: staging.id, name: 'testing' });
    expect(await api.call('PATCH', path, { name: 'production' })).toMatchObject({
      status: 409,
      body: { code: 'ENVIRONMENT_NAME_TAKEN' },
    });
    expect((await api.done<{ environments: object[] }>('GET', url())).environments).toMatchObject([
      { name: 'production' },
      { name: 'testing' },
    ]);
  });
});

test.each(['end', 'services', 'forget'])('a server that is killed as step %s begins goes on with it', async (step) => {
  const { api, database } = platform;
  const web = await create('web');
  const worker = await create('bare');
  await deployFiles(api, web.id, nodeServer(`'here'`));
  await using steps = await watchSteps(database.connectionString);
  const killed = steps.next(project.id, step, () => void platform.server.kill('SIGKILL'));
  // The answer may die with the server; the run is there all the same.
  const asked = api.call('DELETE', `${url()}?cascade=true`).catch(() => undefined);
  await Promise.all([killed, asked]);
  await platform.kill();
  await platform.start();
  const { rows } = await database.pool.query<{ id: string }>(
    `select id from runs where subject = $1 and kind = 'project.delete'`,
    [project.id],
  );
  expect(rows).toHaveLength(1);
  expect(await api.runEnded(rows[0]?.id ?? '')).toMatchObject({ state: 'succeeded' });
  expect((await api.call('GET', url())).status).toBe(404);
  expect(await leftOf([web, worker])).toEqual(nothing);
});
