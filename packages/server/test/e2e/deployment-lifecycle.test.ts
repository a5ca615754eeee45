import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentView, ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { listPlatformProcesses } from '../support/platform-processes.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// The life of a service from its first deployment to its deletion.

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  platform = await startPlatform();
  projectId = (await platform.api.createProject('life')).id;
});

afterAll(() => platform[Symbol.asyncDispose]());

const create = (name: string, settings: object = {}): Promise<ServiceView> =>
  platform.api.createService(projectId, { name, settings });

const setVariable = (service: ServiceView, name: string, value: string) =>
  platform.api.done('POST', `/v1/services/${service.id}/env`, { name, value });

async function act(service: ServiceView, action: string, body?: object): Promise<void> {
  const { runId } = await platform.api.done<{ runId: string }>('POST', `/v1/services/${service.id}/${action}`, body);
  expect(await platform.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
}

const bodyOf = async (service: ServiceView) => (await visit(service.url)).body;

const pidOf = async (instanceId: string) =>
  (await platform.agent.listInstances()).find(({ id }) => id === instanceId)?.pid;

describe('a deployment', () => {
  test('goes through its steps in order, each with its times', async () => {
    const service = await create('steps');
    const deployment = await deployFiles(platform.api, service.id, nodeServer(`'steps'`));
    expect(deployment.steps?.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['fetch', 'plan', 'build', 'release', 'start', 'healthy', 'switch', 'drain', 'stop', 'tidy'].map(
        (name) => `${name} succeeded`,
      ),
    );
    const times = (deployment.steps ?? []).flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt ?? '']);
    expect(times).toEqual([...times].sort());
    const { startedAt, finishedAt } = deployment as DeploymentView & { startedAt: string; finishedAt: string };
    expect([startedAt, ...times, finishedAt]).toEqual([startedAt, ...times, finishedAt].sort());
  });

  test('of an unchanged source is a new release of the same', async () => {
    const service = await create('redeploy');
    await deployFiles(platform.api, service.id, nodeServer('process.env.DAVIT_DEPLOYMENT_ID'));
    const first = await bodyOf(service);
    const again = await platform.api.settled((await platform.api.deploy(service.id)).id);
    expect(again).toMatchObject({ status: 'active', number: 2 });
    expect(await bodyOf(service)).toBe(again.id);
    expect(await platform.api.done('GET', `/v1/deployments/${first}`)).toMatchObject({ status: 'retired' });
  });

  test('that is canceled in the middle of its build is gone with all its processes', async () => {
    const { api, agent, dataDir } = platform;
    const service = await create('canceled', {
      build: { buildCommand: 'sleep 86399 & (sleep 86398 & wait) & echo "two sleepers"; wait' },
    });
    const { id, runId } = await startDeployment(api, service.id, nodeServer(`'never'`));
    await waitUntil('the build to begin', async () => (await api.outputOf(runId)).includes('two sleepers'));
    const sleepers = async () =>
      (await listPlatformProcesses(dataDir)).filter(({ command }) => /^sleep 8639[89]$/.test(command));
    await waitUntil('both to sleep', async () => (await sleepers()).length === 2);

    await api.done('POST', `/v1/deployments/${id}/cancel`);
    expect(await api.settled(id)).toMatchObject({ status: 'canceled', reason: expect.stringContaining('ancel') });
    expect(await sleepers()).toEqual([]);
    expect((await agent.listCommands()).filter((command) => command.id.startsWith(id))).toEqual([]);
    await expect(access(join(dataDir, 'builds', service.id, id))).rejects.toThrow('ENOENT');
    expect(await api.instances(service.id)).toEqual([]);
  });

  test('takes the place of those that are still queued, and waits for the one that runs', async () => {
    const { api } = platform;
    const service = await create('superseded', { build: { buildCommand: 'while [ ! -e go ]; do sleep 0.05; done' } });
    const held = await startDeployment(api, service.id, nodeServer(`'first'`));
    await waitUntil('the build to begin', async () =>
      (await api.outputOf(held.runId)).some((line) => line.startsWith('$ while')),
    );
    const files = (text: string) => ({ ...nodeServer(`'${text}'`), go: '' });
    const second = await startDeployment(api, service.id, files('second'));
    const third = await startDeployment(api, service.id, files('third'));
    expect(await api.settled(second.id)).toMatchObject({ status: 'superseded' });
    expect(await api.done('GET', `/v1/deployments/${third.id}`)).toMatchObject({ status: 'queued' });

    await api.done('POST', `/v1/deployments/${held.id}/cancel`);
    expect(await api.settled(held.id)).toMatchObject({ status: 'canceled' });
    expect(await api.settled(third.id)).toMatchObject({ status: 'active' });
    expect(await bodyOf(service)).toBe('third');
  });
});

describe('a rollback', () => {
  test('brings an earlier release back, with the variables that it had', async () => {
    const { api } = platform;
    const service = await create('rollback');
    const files = (version: string) => nodeServer(`'${version} ' + process.env.COLOUR`);
    await setVariable(service, 'COLOUR', 'blue');
    const first = await deployFiles(api, service.id, files('one'));
    await setVariable(service, 'COLOUR', 'green');
    const second = await deployFiles(api, service.id, files('two'));
    expect(await bodyOf(service)).toBe('two green');
    const candidates = await api.done<{ items: DeploymentView[] }>(
      'GET',
      `/v1/services/${service.id}/rollback-candidates`,
    );
    expect(candidates.items.map(({ id }) => id)).toEqual([first.id]);

    const visitor = startSteadyVisitor(service.url, { visitors: 2, pauseMs: 2 });
    const { id } = await api.done<DeploymentView>('POST', `/v1/services/${service.id}/rollback/${first.id}`);
    expect(await api.settled(id)).toMatchObject({ status: 'active', trigger: 'rollback', rollsBackTo: first.id });
    expect(await visitor.stop()).toMatchObject({ failures: [] });
    expect(await bodyOf(service)).toBe('one blue');
    expect(await api.done('GET', `/v1/deployments/${second.id}`)).toMatchObject({ status: 'retired' });
  });

  test('to what never served is refused', async () => {
    const { api } = platform;
    const service = await create('no-rollback');
    const failed = await deployFiles(api, service.id, { 'notes.txt': 'nothing to start' });
    const answer = await api.call('POST', `/v1/services/${service.id}/rollback/${failed.id}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_NOT_ROLLBACK_CANDIDATE' } });
  });
});

describe('a running service', () => {
  test('is restarted without a gap: the same release in new processes', async () => {
    const service = await create('restarted');
    await deployFiles(platform.api, service.id, nodeServer('process.pid'));
    const [before] = await platform.api.instances(service.id);
    const pid = await pidOf(before?.id ?? '');
    const visitor = startSteadyVisitor(service.url, { visitors: 2, pauseMs: 2 });
    await act(service, 'restart');
    expect(await visitor.stop()).toMatchObject({ failures: [] });
    const [after, ...others] = await platform.api.instances(service.id);
    expect(others).toEqual([]);
    expect(after).toMatchObject({ releaseId: before?.releaseId, state: 'running' });
    expect(await pidOf(after?.id ?? '')).not.toBe(pid);
  });

  test('is scaled up and down, and requests go to all that there are', async () => {
    const service = await create('scaled');
    await deployFiles(platform.api, service.id, nodeServer('process.env.DAVIT_INSTANCE'));
    const visitor = startSteadyVisitor(service.url, { visitors: 2, pauseMs: 2 });
    await act(service, 'scale', { replicas: 3 });
    expect(await platform.api.instances(service.id)).toHaveLength(3);
    await waitUntil('an answer of each instance', () => visitor.seen.bodies.length === 3);
    await act(service, 'scale', { replicas: 1 });
    expect(await visitor.stop()).toMatchObject({ failures: [] });
    expect(await platform.api.instances(service.id)).toEqual([expect.objectContaining({ state: 'running' })]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => bodyOf(service)));
    expect(new Set(answers)).toEqual(new Set(['0']));
  });

  test('is stopped, says so to visitors, and is started again', async () => {
    const service = await create('stopped');
    await deployFiles(platform.api, service.id, nodeServer(`'here'`));
    await act(service, 'stop');
    expect(await platform.api.instances(service.id)).toEqual([]);
    expect(await platform.api.done('GET', `/v1/services/${service.id}`)).toMatchObject({ desiredState: 'stopped' });
    const page = await visit(service.url, '/', { headers: { accept: 'text/html' } });
    expect(page).toMatchObject({ status: 503, body: expect.stringContaining('<html') });
    await act(service, 'scale', { replicas: 2 });
    expect(await platform.api.instances(service.id)).toEqual([]);
    await act(service, 'restart');
    expect(await bodyOf(service)).toBe('here');
    expect(await platform.api.instances(service.id)).toHaveLength(2);
  });

  test('is deleted with everything that it made', async () => {
    const { api, agent, dataDir } = platform;
    const service = await create('deleted');
    await deployFiles(api, service.id, {
      ...nodeServer(`'short-lived'`),
      'package.json': '{"scripts":{"start":"node server.js"},"dependencies":{"is-number":"7.0.0"},"type":"module"}',
    });
    const folders = ['builds', 'cache', 'agent/logs', 'sources'].map((name) => join(dataDir, name));
    const traces = async () => {
      const names = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
      return names.flat().filter((name) => name.includes(service.id));
    };
    await waitUntil('its logs to be kept', async () => (await traces()).length === 3);

    const { runId } = await api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`);
    await waitUntil('the service to be gone', async () => {
      return (await api.call('GET', `/v1/services/${service.id}`)).status === 404;
    });
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect(await traces()).toEqual([]);
    expect((await agent.listRoutes()).map(({ host }) => host)).not.toContain('deleted.localhost');
    expect(await agent.listInstances().then((all) => all.filter(({ group }) => group === service.id))).toEqual([]);
    expect((await visit(service.url)).status).toBe(404);
    expect(await create('deleted')).toMatchObject({ url: service.url });
  });
});

test('ten redeployments under load lose no request, neither of the service nor of its neighbour', async () => {
  const { api } = platform;
  const [service, neighbour] = await Promise.all([create('busy', { drainSeconds: 5 }), create('neighbour')]);
  const files = (version: number) => nodeServer(`'version ${version}'`);
  await Promise.all([
    deployFiles(api, service.id, files(0)),
    deployFiles(api, neighbour.id, nodeServer(`'next door'`)),
  ]);
  const visitors = [startSteadyVisitor(service.url), startSteadyVisitor(neighbour.url, { visitors: 2 })];
  for (let version = 1; version <= 10; version++) {
    expect(await deployFiles(api, service.id, files(version))).toMatchObject({ status: 'active' });
  }
  const [seen, next] = await Promise.all(visitors.map((visitor) => visitor.stop()));
  expect(seen).toMatchObject({
    failures: [],
    bodies: Array.from({ length: 11 }, (_, version) => `version ${version}`),
  });
  expect(next).toMatchObject({ failures: [], bodies: ['next door'] });
});
