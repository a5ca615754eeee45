import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiCaller } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { readEvents } from '../support/event-reader.ts';
import type { ReceivedEvent } from '../support/event-stream.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { waitUntil } from '../support/wait-until.ts';

// What those who look at a project are told while they look.

interface Change {
  type: string;
  id: string;
  environmentId?: string;
  serviceId?: string;
  run?: { id: string; kind: string; state: string; currentStep: string | null; subject: string };
}
interface Project {
  id: string;
  environments: { id: string }[];
}

let platform: Platform;
let project: Project;
let count = 0;

beforeAll(async () => {
  platform = await startPlatform({ environment: { OPEN_REGISTRATION: 'true' } });
});
afterAll(() => platform[Symbol.asyncDispose]());
beforeEach(async () => {
  project = await platform.api.done<Project>('POST', '/v1/projects', { name: `events-${++count}` });
});

const open = (lastEventId?: string) =>
  readEvents<Change>(`${platform.url}/v1/projects/${project.id}/events`, { token: platform.api.token, lastEventId });

const isChange = (type: string, id?: string) => (event: ReceivedEvent<Change>) =>
  event.event === 'changed' && event.data.type === type && (id === undefined || event.data.id === id);
const isNamed = (name: string) => (event: ReceivedEvent<Change>) => event.event === name;

describe('the stream of a project', () => {
  test('begins by saying that it is ready, then tells of everything that changes', async () => {
    const { api } = platform;
    const stream = open();
    expect(await stream.find('ready', () => true)).toMatchObject({
      event: 'ready',
      id: expect.stringMatching(/^\w+-\d+$/),
    });
    const environmentId = project.environments[0]?.id ?? '';

    await api.done('PATCH', `/v1/projects/${project.id}`, { description: 'Our shop' });
    await stream.find('the project', isChange('project', project.id));

    const staging = await api.done<{ id: string }>('POST', `/v1/projects/${project.id}/environments`, {
      name: 'staging',
    });
    await stream.find('the environment', isChange('environment', staging.id));

    const service = await api.createService(project.id, { name: `web-${count}` });
    const made = await stream.find('the service', isChange('service', service.id));
    expect(made.data).toEqual({ type: 'service', id: service.id, serviceId: service.id, environmentId });

    await api.done('POST', `/v1/services/${service.id}/env`, { name: 'COLOR', value: 'a value that nobody is told' });
    const variables = await stream.find('the variables', isChange('variables', service.id));
    expect(variables.data).toEqual({ type: 'variables', id: service.id, serviceId: service.id, environmentId });

    await api.done('POST', `/v1/environments/${environmentId}/env`, { name: 'SHARED', value: 'x' });
    await stream.find('the shared variables', isChange('variables', environmentId));

    const manifest = 'apiVersion: v1\nkind: AwsS3Bucket\nmetadata: { name: photos }\nspec: { region: eu-central-1 }\n';
    const { waves } = await api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', { manifest, environmentId });
    const [resourceId = ''] = waves.flat();
    const resource = await stream.find('the cloud resource', isChange('cloud_resource', resourceId));
    expect(resource.data).toEqual({
      type: 'cloud_resource',
      id: resourceId,
      cloudResourceId: resourceId,
      environmentId,
    });
    const update = await api.done<{ runId: string }>('POST', `/v1/cloud-resources/${resourceId}/preview`, {});
    const run = await stream.find('the run of its update', isChange('run', update.runId));
    expect(run.data).toMatchObject({ cloudResourceId: resourceId, environmentId, run: { kind: 'stack.preview' } });

    const positions = [
      { nodeId: service.id, x: 1, y: 2 },
      { nodeId: resourceId, x: 3, y: 4 },
    ];
    await api.done('PATCH', `/v1/projects/${project.id}/canvas`, { environmentId, positions });
    await stream.find('the canvas', isChange('canvas', environmentId));

    // What is forgotten keeps no place.
    await api.runEnded(update.runId).catch(() => undefined);
    await api.done('DELETE', `/v1/cloud-resources/${resourceId}?orphan=true`);
    expect(await api.done('GET', `/v1/projects/${project.id}/canvas`)).toEqual({ positions: positions.slice(0, 1) });

    expect(JSON.stringify(stream.events)).not.toContain('nobody is told');
    await stream.close();
  });

  test('follows a deployment step by step, and an instance that dies by itself', async () => {
    const { api, agent } = platform;
    const service = await api.createService(project.id, { name: `app-${count}` });
    const stream = open();
    await stream.find('ready', isNamed('ready'));
    const deployment = await deployFiles(api, service.id, nodeServer(`'hello'`));
    expect(deployment.status).toBe('active');
    await stream.find('the deployment', isChange('deployment', deployment.id));
    const end = await stream.find(
      'the end of the run',
      (event) => isChange('run', deployment.runId)(event) && event.data.run?.state === 'succeeded',
    );
    expect(end.data).toMatchObject({
      serviceId: service.id,
      environmentId: project.environments[0]?.id,
      run: { id: deployment.runId, kind: 'deployment.create', subject: service.id },
    });
    const ofRun = stream.events.filter(isChange('run', deployment.runId)).map(({ data }) => data.run);
    expect(ofRun[0]).toMatchObject({ state: 'queued' });
    const steps = ofRun.flatMap((run) => (run?.state === 'running' ? [run.currentStep] : []));
    expect(steps).toEqual([...new Set(steps)]);
    expect(steps).toEqual(expect.arrayContaining(['fetch', 'build', 'healthy', 'switch']));

    await stream.find('the new instance', isChange('instances', service.id));
    const seen = stream.events.length;
    const [instance] = await agent.listInstances();
    process.kill(instance?.pid ?? 0, 'SIGKILL');
    await waitUntil('the death to be told', () => stream.events.slice(seen).some(isChange('instances', service.id)));
    await stream.close();
  });

  test('says nothing of another project', async () => {
    const { api } = platform;
    const stream = open();
    await stream.find('ready', isNamed('ready'));
    const other = await api.createProject(`other-${count}`);
    await api.createService(other.id, { name: `other-${count}` });
    await api.done('PATCH', `/v1/projects/${project.id}`, { description: 'the end' });
    await stream.find('the project', isChange('project', project.id));
    expect(stream.events.map(({ event }) => event)).toEqual(['ready', 'changed']);
    await stream.close();
  });

  test('is nobody else’s', async () => {
    const stranger = createApiCaller(() => platform.url);
    await stranger.register({ email: `s${count}@example.org`, password: 'correct horse battery', name: 'S' });
    const path = `/v1/projects/${project.id}/events`;
    expect(await stranger.call('GET', path)).toMatchObject({ status: 404, body: { code: 'PROJECT_NOT_FOUND' } });
    expect((await createApiCaller(() => platform.url).call('GET', path)).status).toBe(401);
  });
});

describe('one who was away', () => {
  test('is told what was missed, each change once', async () => {
    const { api } = platform;
    const first = open();
    await first.find('ready', isNamed('ready'));
    await api.createService(project.id, { name: `one-${count}` });
    const { id } = await first.find('the first', isChange('service'));
    await first.close();
    const two = await api.createService(project.id, { name: `two-${count}` });
    const three = await api.createService(project.id, { name: `three-${count}` });
    const again = open(id);
    await again.find('the last', isChange('service', three.id));
    expect(again.events.map(({ event, data }) => [event, data.id])).toEqual([
      ['ready', undefined],
      ['changed', two.id],
      ['changed', three.id],
    ]);
    await again.close();
  });

  test('while the server was replaced is told to look at everything again', async () => {
    const first = open();
    const { id } = await first.find('ready', isNamed('ready'));
    await platform.kill();
    await first.close();
    await platform.start();
    const again = open(id);
    await again.find('a reset', isNamed('reset'));
    expect(again.events.map(({ event }) => event).slice(0, 2)).toEqual(['ready', 'reset']);
    await again.close();
  });
});

test('when the connection for notifications was lost, everybody is told to look at everything again', async () => {
  const stream = open();
  await stream.find('ready', isNamed('ready'));
  await platform.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'davit-listen'`,
  );
  await stream.find('a reset', isNamed('reset'));
  await platform.api.done('PATCH', `/v1/projects/${project.id}`, { description: 'heard again' });
  await stream.find('what came after it', isChange('project', project.id));
  await stream.close();
});
