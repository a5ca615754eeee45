import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../support/deploy-files.ts';
import { followEvents } from '../support/event-stream.ts';
import { freePort } from '../support/free-port.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Neither the end of the server nor the end of the agent touches what users run or build.

let platform: Platform;
let projectId: string;
let neighbour: ServiceView;

beforeAll(async () => {
  // A port that the next agent takes again; 0 would be another one each time.
  platform = await startPlatform({ environment: { PROXY_PORT: String(await freePort()), RUN_LEASE: '6s' } });
  projectId = (await platform.api.createProject('restarts')).id;
  neighbour = await platform.api.createService(projectId, { name: 'neighbour' });
  expect(await deployFiles(platform.api, neighbour.id, nodeServer('process.pid'))).toMatchObject({ status: 'active' });
});

afterAll(() => platform[Symbol.asyncDispose]());

/** Ways in which a server ends and another begins. */
const ends: [string, () => Promise<void>][] = [
  ['told to stop', () => platform.restart()],
  [
    'killed',
    async () => {
      await platform.kill();
      await platform.start();
    },
  ],
];

// Counts until it is told to stop, so that it can be seen to go on and nothing of its output to be lost or doubled.
const buildCommand = 'i=0; while [ ! -e go ]; do i=$((i+1)); echo "line $i"; sleep 0.02; done; echo "counted to $i"';

describe.for(ends)('a server that is %s', ([how, end]) => {
  test('goes on with the build that was running: the same process, every line once', { timeout: 180_000 }, async () => {
    const { api, agent, dataDir } = platform;
    const visitor = startSteadyVisitor(neighbour.url, { visitors: 2, pauseMs: 2 });
    const name = how.replaceAll(' ', '-');
    const service = await api.createService(projectId, { name, settings: { build: { buildCommand } } });
    const { id, runId } = await startDeployment(api, service.id, nodeServer(`'built'`));
    const lines = async () => (await api.outputOf(runId)).filter((line) => line.startsWith('line '));
    await waitUntil('the build to count', async () => (await lines()).length > 20);
    const commandOf = async () => (await agent.listCommands()).find((command) => command.id.startsWith(id));
    const before = await commandOf();
    expect(before).toMatchObject({ state: 'running' });

    await end();

    const atRestart = (await lines()).length;
    await waitUntil('the build to be followed again', async () => (await lines()).length > atRestart + 20);
    expect(await commandOf()).toMatchObject({ id: before?.id, pid: before?.pid, startedAt: before?.startedAt });
    await writeFile(join(dataDir, 'builds', service.id, id, 'go'), '');

    const deployment = await api.settled(id);
    expect(deployment).toMatchObject({ status: 'active' });
    const output = await lines();
    expect(output).toEqual(output.map((_, index) => `line ${index + 1}`));
    expect(await api.outputOf(runId)).toContain(`counted to ${output.length}`);
    expect((await visit(service.url)).body).toBe('built');
    expect(await visitor.stop()).toMatchObject({ failures: [], bodies: [expect.any(String)] });
    expect((await agent.listCommands()).filter((command) => command.id.startsWith(id))).toEqual([]);
  });

  test('is not noticed by a service, whose instances and logs go on', async () => {
    const { api, agent } = platform;
    const name = `${how.replaceAll(' ', '-')}-unnoticed`;
    const service = await api.createService(projectId, { name });
    const ticker = `let n = 0; setInterval(() => console.log('tick ' + ++n), 20);`;
    await deployFiles(api, service.id, nodeServer('process.pid', ticker));
    const pidsOf = async () =>
      (await agent.listInstances()).filter(({ group }) => group === service.id).map(({ pid }) => pid);
    const pids = await pidsOf();
    const visitor = startSteadyVisitor(service.url, { visitors: 2 });

    await end();

    expect(await pidsOf()).toEqual(pids);
    await waitUntil('some visits more', () => visitor.seen.count > 50);
    expect(await visitor.stop()).toMatchObject({ failures: [], bodies: [expect.any(String)] });
    const { lines } = await api.done<{ lines: { content: string }[] }>(
      'GET',
      `/v1/services/${service.id}/logs?search=tick&limit=5000`,
    );
    expect(lines.map(({ content }) => content)).toEqual(lines.map((_, index) => `tick ${index + 1}`));
    // Once the reconciler has looked at everything, it is still so.
    await api.settled((await deployFiles(api, neighbour.id, nodeServer('process.pid'))).id);
    expect(await pidsOf()).toEqual(pids);
  });
});

describe('who follows a deployment', () => {
  test('goes on where the stream broke when the server was restarted', async () => {
    const { api, dataDir } = platform;
    const service = await api.createService(projectId, { name: 'followed', settings: { build: { buildCommand } } });
    const { id, runId } = await startDeployment(api, service.id, nodeServer(`'built'`));
    const seen: { seq: number; content: string }[] = [];
    let lastEventId: string | undefined;
    const follow = async (enough: () => boolean) => {
      const stream = followEvents<{ seq: number; content: string }[]>(`${platform.url}/v1/runs/${runId}/stream`, {
        token: api.token,
        lastEventId,
      });
      for await (const { id: eventId, event, data } of stream) {
        if (event === 'output') {
          lastEventId = eventId;
          seen.push(...data);
        }
        if (event === 'end' || enough()) return;
      }
    };
    await follow(() => seen.length > 20);
    await platform.restart();
    const restartedAt = seen.length;
    await follow(() => seen.length > restartedAt + 20);
    await writeFile(join(dataDir, 'builds', service.id, id, 'go'), '');
    await follow(() => false);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.map(({ content }) => content)).toEqual(await api.outputOf(runId));
    expect(await api.settled(id)).toMatchObject({ status: 'active' });
  });
});

describe('an agent that is killed while it serves', () => {
  let pid: number;

  beforeEach(async () => {
    ({ pid } = await platform.agent.info());
  });

  const anotherAgent = () =>
    waitUntil('another agent', async () => {
      const info = await platform.agent.info().catch(() => undefined);
      return info !== undefined && info.pid !== pid;
    });

  test('is replaced, and takes its instances and routes over as they are', async () => {
    const { api, agent } = platform;
    const service = await api.createService(projectId, { name: 'survivor', settings: { replicas: 2 } });
    await deployFiles(api, service.id, nodeServer('process.pid'));
    const listProcesses = async () =>
      (await agent.listInstances())
        .map(({ id, pid: instancePid, port }) => ({ id, pid: instancePid, port }))
        .sort((one, other) => one.id.localeCompare(other.id));
    const listTargets = async () =>
      (await agent.listRoutes())
        .map(({ host, targets }) => ({ host, targets }))
        .sort((one, other) => one.host.localeCompare(other.host));
    const before = await listProcesses();
    const routes = await listTargets();

    process.kill(pid, 'SIGKILL');
    await anotherAgent();
    await waitUntil('the proxy to answer', () =>
      visit(service.url)
        .then(({ status }) => status === 200)
        .catch(() => false),
    );

    expect(await listProcesses()).toEqual(before);
    expect(await listTargets()).toEqual(routes);
    await waitUntil('the server to have filled in what the agent does not keep', async () =>
      (await api.instances(service.id)).every(({ state }) => state === 'running'),
    );
    expect(await deployFiles(api, service.id, nodeServer(`'next'`))).toMatchObject({ status: 'active' });
    expect((await visit(service.url)).body).toBe('next');
  });

  test('costs the build that was running nothing', async () => {
    const { api, dataDir } = platform;
    const service = await api.createService(projectId, { name: 'builder', settings: { build: { buildCommand } } });
    const { id, runId } = await startDeployment(api, service.id, nodeServer(`'built'`));
    const lines = async () => (await api.outputOf(runId)).filter((line) => line.startsWith('line '));
    await waitUntil('the build to count', async () => (await lines()).length > 20);

    process.kill(pid, 'SIGKILL');
    await anotherAgent();

    const then = (await lines()).length;
    await waitUntil('the build to be followed again', async () => (await lines()).length > then + 20);
    await writeFile(join(dataDir, 'builds', service.id, id, 'go'), '');
    expect(await api.settled(id)).toMatchObject({ status: 'active' });
    const output = await lines();
    expect(output).toEqual(output.map((_, index) => `line ${index + 1}`));
    expect((await visit(service.url)).body).toBe('built');
  });
});
