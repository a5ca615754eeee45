import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';

// What runs is limited although its service says nothing: as a container, and as a process beside it. The page becomes no image.

const megabyte = 1024 * 1024;
const page = { 'index.html': 'a page' };
// What it eats has an end: where its limit does not hold, the test fails, and the machine goes on.
const server = `const keep = [];
require('node:http').createServer((request, answer) => {
  if (request.url === '/eat') for (let at = 0; at < 150; at++) keep.push(Buffer.alloc(4e6, 1));
  if (request.url === '/fill') require('node:fs').writeFileSync('/tmp/much', Buffer.alloc(60e6));
  answer.end(require('node:fs').existsSync('/tmp/much') ? 'full' : 'here');
}).listen(process.env.PORT);`;
const image = {
  Dockerfile: 'FROM node:24-slim\nCOPY server.js /srv/\nCMD ["node", "/srv/server.js"]\n',
  'server.js': server,
};

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let platform: Platform;
let projectId: string;

beforeAll(async () => {
  docker = await sharedDocker();
  platform = await startPlatform({
    environment: { RUNTIME: 'auto', DOCKER_HOST: docker.host, SERVICE_MEMORY_MB: '200', SERVICE_DISK_MB: '40' },
  });
  projectId = (await platform.api.createProject('limits')).id;
});
afterAll(() => platform?.[Symbol.asyncDispose]());

async function start(name: string, files: Readonly<Record<string, string>>, settings = {}): Promise<ServiceView> {
  const service = await platform.api.createService(projectId, { name, settings });
  const deployment = await deployFiles(platform.api, service.id, files);
  const output = (await platform.api.outputOf(deployment.runId)).join('\n');
  expect(deployment, output).toMatchObject({ status: 'active' });
  return service;
}

async function containerOf(service: ServiceView) {
  const filter = `label=davit.service=${service.id}`;
  const [id = ''] = (await docker.docker('ps', '-q', '--filter', filter)).split('\n');
  const [{ HostConfig: host }] = JSON.parse(await docker.docker('inspect', id)) as [{ HostConfig: object }];
  return { id, host };
}

/** What the kernel holds a service's process to: its memory in bytes, its processes, and its share of the processors. */
async function groupOf(service: ServiceView) {
  const listed = (await platform.agent.listInstances()).find(({ group }) => group === service.id);
  const pid = String(listed?.pid);
  const place = JSON.parse(readFileSync(join(platform.dataDir, 'agent', 'cgroups.json'), 'utf8')) as {
    parent?: string;
    folders?: Record<string, string>;
  };
  const paths = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const name = paths.flatMap((line) => /\/(i\.[^/]+)$/.exec(line)?.[1] ?? [])[0] ?? '';
  const read = (controller: string, ...files: readonly string[]) => {
    const parent = place.parent ?? place.folders?.[controller] ?? '';
    const path = files.map((file) => join(parent, file)).find((each) => existsSync(each)) ?? parent;
    return Number(readFileSync(path, 'utf8'));
  };
  return {
    pid,
    memory: read('memory', `${name}/memory.max`, `${name}/memory.limit_in_bytes`),
    processes: read('pids', `${name}/pids.max`),
    isBelowUsualShare: read('cpu', 'cpu.weight', 'cpu.shares') < (place.parent === undefined ? 1024 : 100),
  };
}

const restart = async ({ id }: ServiceView) => {
  const { runId } = await platform.api.done<{ runId: string }>('POST', `/v1/services/${id}/restart`);
  expect(await platform.api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
};

describe('a service that says nothing', () => {
  test('has the limits of the platform as a container; what another says itself wins', async () => {
    const silent = await start('silent', image);
    const shared = { CpuShares: 512, PidsLimit: 4096, NanoCpus: 0 };
    expect((await containerOf(silent)).host).toMatchObject({ Memory: 200 * megabyte, ...shared });
    const own = await start('own', image, { memoryMb: 300, cpus: 0.5 });
    expect((await containerOf(own)).host).toMatchObject({ ...shared, Memory: 300 * megabyte, NanoCpus: 5e8 });
    expect(await platform.api.done('GET', `/v1/services/${silent.id}`)).toMatchObject({
      settings: { memoryMb: null, cpus: null },
      defaultLimits: { memoryMb: 200, cpus: null },
    });
  });

  test('has them as a process; what another says itself wins', async () => {
    const silent = await start('silent-page', page);
    expect(await groupOf(silent)).toMatchObject({
      memory: 200 * megabyte,
      // The sandbox needs some itself.
      processes: 4100,
      isBelowUsualShare: true,
    });
    const own = await start('own-page', page, { memoryMb: 300 });
    expect(await groupOf(own)).toMatchObject({ memory: 300 * megabyte, processes: 4100 });
  });

  test('is told what it ran out of, and what to change', async () => {
    const greedy = await start('greedy', image);
    await visit(greedy.url, '/eat').catch(() => undefined);
    const lastExit = 'more than its memory limit of 200 MiB: raise memoryMb in the settings of the service';
    await expect
      .poll(async () => (await platform.api.instances(greedy.id))[0], { timeout: 60_000 })
      .toMatchObject({ restarts: 1, lastExit: expect.stringContaining(lastExit) });
  });

  test('that fills its disk begins anew with an empty one and is told why; its neighbour goes on', async () => {
    const { api } = platform;
    const full = await start('full', image);
    const neighbour = await start('neighbour', image);
    const untouched = await containerOf(neighbour);
    expect((await visit(full.url, '/fill')).body).toBe('full');
    const why = expect.stringMatching(/wrote 57\.\d MiB to its own disk, of which it may use 40 MiB/);
    await expect
      .poll(async () => (await api.instances(full.id))[0], { timeout: 180_000 })
      .toMatchObject({ state: 'running', restarts: 1, lastExit: why });
    await expect.poll(async () => (await visit(full.url)).body, { timeout: 60_000 }).toBe('here');
    expect(await containerOf(neighbour)).toEqual(untouched);
  });

  test('keeps running as it is when the platform has others, and takes them with its next start', async () => {
    const kept = await start('kept', image);
    const keptPage = await start('kept-page', page);
    const container = await containerOf(kept);
    const { pid } = await groupOf(keptPage);
    await platform.reconfigure({ SERVICE_MEMORY_MB: '250', SERVICE_CPUS: '1' });
    // Whoever looks after instances has looked at all of them.
    const other = await start('other', image);
    expect((await containerOf(other)).host).toMatchObject({ Memory: 250 * megabyte, NanoCpus: 1e9 });
    expect(await containerOf(kept)).toEqual(container);
    expect(await groupOf(keptPage)).toMatchObject({ pid, memory: 200 * megabyte });
    await restart(kept);
    expect((await containerOf(kept)).host).toMatchObject({ Memory: 250 * megabyte, NanoCpus: 1e9 });
    await restart(keptPage);
    expect(await groupOf(keptPage)).toMatchObject({ memory: 250 * megabyte });
  });
});
