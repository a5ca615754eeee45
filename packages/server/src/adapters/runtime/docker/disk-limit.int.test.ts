import { randomBytes } from 'node:crypto';
import { createEngineClient, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage } from '../../../../test/support/container-image.ts';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { duUsage } from '../../disk/du/du-usage.ts';
import type { InstanceRequest } from '../runtime.ts';
import { createDockerRuntime, type DockerRuntime } from './docker-runtime.ts';
import { parseSubnet } from './free-subnet.ts';

// What a container may write, with a real engine. 12 MiB are written where 8 are allowed.

const { signal } = new AbortController();
const own = randomBytes(8).toString('hex');
const image = `disk-limit-${own}`;
const said: string[] = [];
const detail = /^It was ended because it wrote 12(?:\.\d)? MiB to its own disk, of which it may use 8 MiB: /;

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let engine: EngineClient;
let runtime: DockerRuntime;

beforeAll(async () => {
  docker = await sharedDocker();
  await buildImage(docker, image, [
    'FROM debian:12',
    'RUN mkdir /data && chmod 777 /data',
    'VOLUME /data',
    'USER 1234',
  ]);
  const address = parseDockerHost(docker.host);
  const networkPool = parseSubnet('10.211.0.0/16');
  if (address === undefined || networkPool === undefined) throw new Error('the test is wrong');
  engine = createEngineClient(address);
  runtime = createDockerRuntime({
    engine,
    installation: async () => own,
    networkPool,
    authOf: async () => undefined,
    drainLogs: async () => undefined,
    say: async (instance, content) => void said.push(`${instance.id}: ${content}`),
    diskLimit: { bytes: 8 * 1024 * 1024, measure: (...asked) => duUsage.measure(...asked) },
    logger: silentLogger,
  });
  runtime.open();
});
afterAll(async () => {
  for (const instance of await runtime.list(signal)) await runtime.stop(instance.id, signal);
  await runtime.close();
  engine.close();
  await docker.docker('rmi', '-f', image);
});

async function start(id: string, script: string, changes: Partial<InstanceRequest> = {}) {
  const network = { environmentId: 'env_1', alias: id };
  return await runtime.start(
    {
      id,
      labels: {
        serviceId: 'svc_1',
        releaseId: 'rel_1',
        deploymentId: 'dep_1',
        process: 'w',
        ordinal: 0,
        generation: 0,
      },
      root: { kind: 'image', reference: image, network, port: 8080, readOnly: false },
      argv: ['/bin/sh', '-c', `${script}; touch /tmp/written; sleep 1000 & wait`],
      env: {},
      hasPort: true,
      limits: {},
      restart: { policy: 'always', maxRestarts: 2 },
      stopGraceMs: 1000,
      ...changes,
    },
    signal,
  );
}

const write = (path: string) => `head -c 12582912 /dev/zero > ${path}`;
const once = (path: string) => `test -e /tmp/written || ${write(path)}`;
const find = async (id: string) => (await runtime.list(signal)).find((instance) => instance.id === id);
const containerOf = async (id: string) =>
  (await docker.docker('ps', '-aq', '--no-trunc', '--filter', `label=davit.instance=${id}`)).trim();
const hasWritten = async (id: string) =>
  await waitUntil(`${id} has written`, async () => {
    const container = await containerOf(id);
    return (await docker.docker('exec', container, 'ls', '/tmp').catch(() => '')).includes('written');
  });

test.for([
  ['its layer', '/tmp/much'],
  ['a volume that its image declares', '/data/much'],
] as const)(
  'one that fills %s begins anew with nothing written, at its address; its neighbour goes on',
  async ([, path]) => {
    const id = `full-${path.split('/')[1]}`;
    const first = await start(id, write(path));
    await start(`${id}-neighbour`, 'true');
    await hasWritten(id);
    await hasWritten(`${id}-neighbour`);
    const before = [await containerOf(id), await containerOf(`${id}-neighbour`)];
    await runtime.endOverfull(signal);

    expect(await containerOf(`${id}-neighbour`)).toBe(before[1]);
    expect(await find(`${id}-neighbour`)).toMatchObject({ state: 'running', restarts: 0, lastExit: null });
    expect(await containerOf(id)).not.toBe(before[0]);
    expect(await find(id)).toMatchObject({
      state: 'running',
      address: first.address,
      restarts: 1,
      lastExit: expect.stringMatching(detail),
    });
    expect(said.filter((line) => line.startsWith(`${id}: `))).toEqual([
      expect.stringMatching(/wrote 12.* raise SERVICE_DISK_MB\. It is started again with an empty one\.$/),
    ]);
    // Whoever waits for it in a deployment is told.
    const check = { path: null, intervalMs: 50, timeoutMs: 20_000 };
    await expect(runtime.waitUntilHealthy(id, check, signal)).rejects.toMatchObject({
      code: 'INSTANCE_EXITED',
      message: expect.stringContaining('of which it may use 8 MiB'),
    });
    await runtime.stop(id, signal);
  },
);

test('one that fills it again and again is given up, and says why for as long as it is there', async () => {
  await start('again', write('/tmp/much'));
  for (const restarts of [1, 2]) {
    await hasWritten('again');
    await runtime.endOverfull(signal);
    expect(await find('again')).toMatchObject({ state: 'running', restarts });
  }
  await hasWritten('again');
  await runtime.endOverfull(signal);
  const given = { state: 'failed', restarts: 2, lastExit: expect.stringMatching(detail) };
  expect(await find('again')).toMatchObject(given);
  expect(await start('again', write('/tmp/much'))).toMatchObject(given);
  await runtime.endOverfull(signal);
  expect(await find('again')).toMatchObject(given);
});

test('one that never restarts stays ended', async () => {
  await start('never', once('/tmp/much'), { restart: { policy: 'never', maxRestarts: 2 } });
  await hasWritten('never');
  await runtime.endOverfull(signal);
  expect(await find('never')).toMatchObject({ state: 'failed', restarts: 0, lastExit: expect.stringMatching(detail) });
});

test('a command is ended too, and tells why', async () => {
  const command = {
    image,
    environmentId: 'env_1',
    serviceId: 'svc_1',
    runId: 'run_1',
    argv: ['/bin/sh', '-c', `${write('/tmp/much')}; sleep 1000`],
    env: {},
    readOnly: false,
    limits: {},
  };
  await runtime.commands.start('greedy', command, signal);
  await waitUntil('the command is ended', async () => {
    await runtime.endOverfull(signal);
    const status = (await runtime.commands.list(signal)).find(({ id }) => id === 'greedy');
    return status?.running === false;
  });
  expect(await runtime.commands.wait('greedy', signal)).toMatchObject({
    exit: { reason: 'stopped', detail: expect.stringContaining('of which it may use 8 MiB') },
  });
  await runtime.commands.remove('greedy', signal);
});
