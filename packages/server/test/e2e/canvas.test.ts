import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Overview, ServiceOverview } from '../../src/features/overview/overview.ts';
import { type ApiCaller, createApiCaller, type ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// What a canvas shows of a project, where its nodes stand.

interface Project {
  id: string;
  environments: { id: string; name: string }[];
}

let platform: Platform;
let viewer: ApiCaller;
let stranger: ApiCaller;
let project: Project;
let environmentId: string;
let count = 0;

async function signUp(name: string, fields: object = {}): Promise<ApiCaller> {
  const api = createApiCaller(() => platform.url);
  await api.register({ email: `${name}@example.org`, password: 'correct horse battery', name, ...fields });
  return api;
}

beforeAll(async () => {
  platform = await startPlatform({ environment: { OPEN_REGISTRATION: 'true' } });
  const { items } = await platform.api.done<{ items: { id: string }[] }>('GET', '/v1/organizations');
  const invitation = await platform.api.done<{ token: string }>(
    'POST',
    `/v1/organizations/${items[0]?.id}/invitations`,
    { email: 'viewer@example.org', role: 'viewer' },
  );
  viewer = await signUp('viewer', { invitationToken: invitation.token });
  stranger = await signUp('stranger');
});
afterAll(() => platform[Symbol.asyncDispose]());
beforeEach(async () => {
  project = await platform.api.done<Project>('POST', '/v1/projects', { name: `canvas-${++count}` });
  environmentId = project.environments[0]?.id ?? '';
});

const url = (path: string) => `/v1/projects/${project.id}/${path}`;
const overviewOf = (api = platform.api) => api.done<Overview>('GET', url('overview'));

async function seen(service: ServiceView): Promise<ServiceOverview> {
  const found = (await overviewOf()).services.find(({ id }) => id === service.id);
  if (found === undefined) throw new Error('the service is not in the overview');
  return found;
}

/** Waits until a service is in this state; what is seen of it then. */
const seenAs = (service: ServiceView, status: string) =>
  waitUntil(`the service to be ${status}`, async () => {
    const now = await seen(service);
    return now.status === status && now;
  });

/** A server that goes down when it is asked for `/crash`, and from then on soon after each start; `who` says which instances do. */
const crashing = (who = 'true') =>
  nodeServer(
    `(() => {
      if (!(${who}) || request.url !== '/crash') return 'well';
      writeFileSync('crashed', '');
      process.exit(7);
    })()`,
    `import { existsSync, writeFileSync } from 'node:fs';
    if ((${who}) && existsSync('crashed')) setTimeout(() => process.exit(7), 300);`,
  );

/** Asks for it until an instance went down. */
const crash = (service: ServiceView) =>
  waitUntil('an instance to go down', async () => {
    await visit(service.url, '/crash').catch(() => undefined);
    return (await platform.api.instances(service.id)).some(
      ({ restarts, state }) => restarts > 0 || state !== 'running',
    );
  });

const healthOf = async () => {
  const { items } = await platform.api.done<{ items: { id: string; health: object }[] }>('GET', '/v1/projects');
  return items.find(({ id }) => id === project.id)?.health;
};

describe('the overview', () => {
  test('of an empty project has nothing', async () => {
    expect(await overviewOf(viewer)).toEqual({ environmentId, services: [], cloudResources: [], links: [] });
    expect(await healthOf()).toEqual({ services: 0, running: 0, deploying: 0, failing: 0, stopped: 0 });
  });

  test('follows a service from its making to its stop', async () => {
    const { api } = platform;
    const service = await api.createService(project.id, { name: `life-${count}` });
    expect(await seen(service)).toEqual({
      id: service.id,
      name: service.name,
      kind: 'web',
      url: service.url,
      environmentId,
      desiredState: 'running',
      status: 'empty',
      statusDetail: null,
      replicas: { running: 0, wanted: 0 },
      latestDeployment: null,
      activeDeployment: null,
      hasUndeployedChanges: false,
      sparkline: { cpuCores: expect.any(Array), requestsPerSecond: expect.any(Array) },
    });
    expect(await healthOf()).toMatchObject({ services: 1, stopped: 1 });

    const broken = await deployFiles(api, service.id, { 'package.json': '{"scripts":{"start":"exit 3"}}' });
    expect(await seen(service)).toMatchObject({
      status: 'failed',
      statusDetail: broken.reason,
      latestDeployment: { id: broken.id, number: 1, status: 'failed', reason: broken.reason },
      activeDeployment: null,
    });
    expect(await healthOf()).toMatchObject({ services: 1, failing: 1 });

    const good = await deployFiles(api, service.id, nodeServer(`'well'`));
    expect(await seen(service)).toMatchObject({
      status: 'running',
      statusDetail: null,
      replicas: { running: 1, wanted: 1 },
      latestDeployment: { id: good.id, number: 2, status: 'active' },
      activeDeployment: { id: good.id, number: 2, activatedAt: expect.any(String) },
      hasUndeployedChanges: false,
    });
    expect(await healthOf()).toMatchObject({ services: 1, running: 1 });

    const worse = await deployFiles(api, service.id, { 'package.json': '{"scripts":{"start":"exit 3"}}' });
    expect(await seen(service)).toMatchObject({
      status: 'running',
      replicas: { running: 1, wanted: 1 },
      latestDeployment: { id: worse.id, status: 'failed' },
      activeDeployment: { id: good.id },
    });

    await api.done('POST', `/v1/services/${service.id}/env`, { name: 'COLOR', value: 'blue' });
    expect(await seen(service)).toMatchObject({ hasUndeployedChanges: true });
    await api.done('DELETE', `/v1/services/${service.id}/env/COLOR`);

    const scale = await api.done<{ runId: string }>('POST', `/v1/services/${service.id}/scale`, { replicas: 0 });
    await api.runEnded(scale.runId);
    expect(await seen(service)).toMatchObject({ status: 'stopped', replicas: { running: 0, wanted: 0 } });
    const stop = await api.done<{ runId: string }>('POST', `/v1/services/${service.id}/stop`);
    await api.runEnded(stop.runId);
    expect(await seen(service)).toMatchObject({ status: 'stopped', desiredState: 'stopped', statusDetail: null });
    expect(await healthOf()).toMatchObject({ services: 1, stopped: 1 });
  });

  test('tells a service that crashes again and again from one that runs', async () => {
    const { api } = platform;
    const service = await api.createService(project.id, { name: `crash-${count}` });
    expect(await deployFiles(api, service.id, crashing())).toMatchObject({ status: 'active' });
    await crash(service);
    const crashed = await seenAs(service, 'crashed');
    expect(crashed).toMatchObject({
      statusDetail: expect.stringContaining('7'),
      replicas: { running: 0, wanted: 1 },
      latestDeployment: { status: 'active' },
    });
    expect(await healthOf()).toMatchObject({ services: 1, failing: 1 });
  });

  test('tells that some instances are down', async () => {
    const { api } = platform;
    const service = await api.createService(project.id, { name: `half-${count}`, settings: { replicas: 2 } });
    const files = crashing(`process.env.DAVIT_INSTANCE === '1'`);
    expect(await deployFiles(api, service.id, files)).toMatchObject({ status: 'active' });
    await crash(service);
    expect(await seenAs(service, 'degraded')).toMatchObject({
      statusDetail: expect.stringMatching(/^1 of 2 instances run\./),
      replicas: { running: 1, wanted: 2 },
    });
  });

  test('has the last failure of a cron service', async () => {
    const { api } = platform;
    const service = await api.createService(project.id, {
      name: `cron-${count}`,
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, service.id, { 'package.json': '{"scripts":{"start":"exit 5"}}' });
    expect(await seenAs(service, 'degraded')).toMatchObject({
      statusDetail: expect.stringMatching(/^The last scheduled run failed: .*5/),
      replicas: { running: 0, wanted: 0 },
    });
    await api.runEnded((await api.done<{ runId: string }>('POST', `/v1/services/${service.id}/stop`)).runId);
  });

  test('links services whose variables refer to each other', async () => {
    const { api } = platform;
    const backend = await api.createService(project.id, { name: 'backend' });
    const frontend = await api.createService(project.id, { name: 'frontend' });
    await api.done('POST', `/v1/services/${backend.id}/env`, { name: 'PORT_NAME', value: 'x' });
    await api.done('POST', `/v1/services/${frontend.id}/env`, { name: 'API', value: '${{backend.PORT_NAME}}' });
    expect((await overviewOf(viewer)).links).toEqual([{ from: frontend.id, to: backend.id, variables: ['API'] }]);
  });

  test('is of one environment', async () => {
    const { api } = platform;
    const staging = await api.done<{ id: string }>('POST', url('environments'), { name: 'staging' });
    const service = await api.createService(project.id, { name: `only-${count}`, environmentId: staging.id });
    expect((await overviewOf()).services).toEqual([]);
    const there = await api.done<Overview>('GET', url(`overview?environmentId=${staging.id}`));
    expect(there).toMatchObject({ environmentId: staging.id, services: [{ id: service.id }] });
    const elsewhere = await api.done<Project>('POST', '/v1/projects', { name: `elsewhere-${count}` });
    const answer = await api.call('GET', url(`overview?environmentId=${elsewhere.environments[0]?.id}`));
    expect(answer).toMatchObject({ status: 404, body: { code: 'ENVIRONMENT_NOT_FOUND' } });
  });

  test('is there although what a release was made with cannot be read any more', async () => {
    const { api, database } = platform;
    const service = await api.createService(project.id, { name: `unreadable-${count}` });
    await deployFiles(api, service.id, nodeServer(`'well'`));
    await database.pool.query(
      `update releases set variables = 'damaged', variable_digests = null where service_id = $1`,
      [service.id],
    );
    expect(await seen(service)).toMatchObject({ status: 'running', hasUndeployedChanges: false });
  });

  test('is nobody else’s', async () => {
    expect(await stranger.call('GET', url('overview'))).toMatchObject({ status: 404 });
  });
});

describe('the places of nodes', () => {
  const move = (api: ApiCaller, positions: unknown[], environment = environmentId) =>
    api.call('PATCH', url('canvas'), { environmentId: environment, positions });

  test('are the same for everybody, change one by one, and can be forgotten', async () => {
    const { api } = platform;
    expect(await viewer.done('GET', url('canvas'))).toEqual({ positions: [] });
    await move(api, [
      { nodeId: 'svc_b', x: 1, y: 2 },
      { nodeId: 'svc_a', x: -3.5, y: 4 },
    ]);
    const moved = await move(api, [{ nodeId: 'svc_b', x: 10, y: 20 }]);
    const positions = [
      { nodeId: 'svc_a', x: -3.5, y: 4 },
      { nodeId: 'svc_b', x: 10, y: 20 },
    ];
    expect(moved).toMatchObject({ status: 200, body: { positions } });
    expect(await viewer.done('GET', url(`canvas?environmentId=${environmentId}`))).toEqual({ positions });
    expect((await api.call('DELETE', url('canvas'))).status).toBe(204);
    expect(await viewer.done('GET', url('canvas'))).toEqual({ positions: [] });
  });

  test('go with their service', async () => {
    const { api } = platform;
    const service = await api.createService(project.id, { name: `gone-${count}` });
    await move(api, [{ nodeId: service.id, x: 1, y: 2 }]);
    const { runId } = await api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`);
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect(await viewer.done('GET', url('canvas'))).toEqual({ positions: [] });
  });

  test('are changed by those who may, in environments of the project', async () => {
    const position = { nodeId: 'svc_a', x: 0, y: 0 };
    expect((await move(viewer, [position])).status).toBe(403);
    expect((await viewer.call('DELETE', url('canvas'))).status).toBe(403);
    expect((await move(stranger, [position])).status).toBe(404);
    expect((await stranger.call('GET', url('canvas'))).status).toBe(404);
    expect(await move(platform.api, [position], 'env_0')).toMatchObject({ body: { code: 'ENVIRONMENT_NOT_FOUND' } });
  });

  test.each([
    ['/positions', []],
    ['/positions/0/nodeId', [{ nodeId: '../etc', x: 0, y: 0 }]],
    ['/positions/0/x', [{ nodeId: 'svc_a', x: 1e9, y: 0 }]],
    ['/positions/0/z', [{ nodeId: 'svc_a', x: 0, y: 0, z: 0 }]],
  ])('that are wrong at %s are refused', async (pointer, positions) => {
    expect(await move(platform.api, positions)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  test('are kept for a bounded number of nodes', async () => {
    const page = (from: number) => Array.from({ length: 1000 }, (_, n) => ({ nodeId: `svc_${from + n}`, x: n, y: 0 }));
    for (const from of [0, 1000, 2000, 3000, 4000]) expect((await move(platform.api, page(from))).status).toBe(200);
    expect(await move(platform.api, [{ nodeId: 'svc_more', x: 0, y: 0 }])).toMatchObject({
      status: 409,
      body: { code: 'CANVAS_FULL' },
    });
  });
});
