import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createEngineClient, type EngineClient, endingMark, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildImage } from '../../../../test/support/container-image.ts';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import type { InstanceRequest, RuntimeInstance } from '../runtime.ts';
import { createDockerRuntime, type DockerRuntime } from './docker-runtime.ts';
import { parseSubnet } from './free-subnet.ts';

// Which containers somebody has ended, and which ended by themselves, as a real engine tells.

const { signal } = new AbortController();
const own = randomBytes(8).toString('hex');
const image = `interruptions-${own}`;
const said: string[] = [];

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let engine: EngineClient;
let runtime: DockerRuntime;
let id: string;
let count = 0;

function openRuntime(): DockerRuntime {
  const networkPool = parseSubnet('10.212.0.0/16');
  if (networkPool === undefined) throw new Error('the test is wrong');
  return createDockerRuntime({
    engine,
    installation: async () => own,
    networkPool,
    authOf: async () => undefined,
    drainLogs: async () => undefined,
    say: async (instance, content) => void said.push(`${instance.id}: ${content}`),
    logger: silentLogger,
  });
}

beforeAll(async () => {
  docker = await sharedDocker();
  await buildImage(docker, image, ['FROM debian:12', 'USER 1234', 'WORKDIR /tmp']);
  const address = parseDockerHost(docker.host);
  if (address === undefined) throw new Error('the test is wrong');
  engine = createEngineClient(address);
  runtime = openRuntime();
  runtime.open();
});
afterAll(async () => {
  for (const instance of await runtime.list(signal)) await runtime.stop(instance.id, signal);
  await runtime.close();
  engine.close();
  await docker.docker('rmi', '-f', image);
});
beforeEach(() => {
  id = `worker-${++count}`;
  said.length = 0;
});

type Policy = InstanceRequest['restart']['policy'];

function request(policy: Policy, script: string, changes: Partial<InstanceRequest> = {}): InstanceRequest {
  const network = { environmentId: 'env_1', alias: id };
  return {
    id,
    labels: { serviceId: 'svc_1', releaseId: 'rel_1', deploymentId: 'dep_1', process: 'w', ordinal: 0, generation: 0 },
    root: { kind: 'image', reference: image, network, port: 8080, readOnly: false },
    argv: ['/bin/sh', '-c', script],
    env: {},
    hasPort: false,
    limits: {},
    restart: { policy, maxRestarts: 2 },
    stopGraceMs: 1000,
    ...changes,
  };
}

const find = async (): Promise<RuntimeInstance | undefined> =>
  (await runtime.list(signal)).find((instance) => instance.id === id);
const seenIn = (state: RuntimeInstance['state']) =>
  waitUntil(`it is ${state}`, async () => {
    const found = await find();
    return found?.state === state && found;
  });
const containers = async () =>
  (await docker.docker('ps', '-aq', '--no-trunc', '--filter', `label=davit.instance=${id}`)).trim();

const patient = 'sleep 1000 & wait';
const graceful = `trap "exit 0" TERM; echo up; ${patient}`;
const kill = ['kill'];
const stop = ['stop', '-t', '5'];
const byHand = 'Its container was stopped by hand (docker stop or docker kill), and davit has started it again.';

test.for<[Policy, string[], string, string]>([
  ['always', kill, patient, 'It was ended by SIGKILL.'],
  ['always', stop, patient, 'It was ended by SIGTERM.'],
  ['always', stop, graceful, 'It ended with exit code 0.'],
  ['on-failure', kill, patient, 'It was ended by SIGKILL.'],
  ['on-failure', stop, graceful, 'It ended with exit code 0.'],
  ['never', kill, patient, 'It was ended by SIGKILL.'],
  ['never', [...kill, '-s', 'TERM'], graceful, 'It ended with exit code 0.'],
])(
  'restarts %s: one that docker %s ends is started again, as the same container',
  async ([policy, how, script, end]) => {
    await runtime.start(request(policy, script), signal);
    const before = await containers();
    if (script === graceful) await waitUntil('it is up', async () => (await docker.docker('logs', before)) !== '');
    await docker.docker(...how, before);
    expect(await seenIn('interrupted')).toMatchObject({ lastExit: end });
    // A server that was away meanwhile knows no more than the engine says.
    const later = (await openRuntime().list(signal)).find((instance) => instance.id === id);
    expect(later).toMatchObject({ state: 'interrupted', lastExit: end });

    expect(await runtime.start(request(policy, script), signal)).toMatchObject({ state: 'running' });
    expect(await containers()).toBe(before);
    expect(said).toEqual([`${id}: ${byHand} ${end}`]);
  },
);

test('one that davit was ending to take it away is made anew, and nobody is said to have stopped it', async () => {
  for (const policy of ['always', 'never'] as const) {
    await runtime.start(request(policy, patient), signal);
    const before = await containers();
    const body = { RestartPolicy: endingMark };
    await engine.call(`/containers/${before}/update`, { method: 'POST', body, signal });
    // It runs on, as it was.
    expect(await runtime.start(request(policy, patient), signal)).toMatchObject({ state: 'running' });
    expect(await containers()).toBe(before);
    await docker.docker('stop', '-t', '1', before);
    await seenIn('incomplete');
    expect(await runtime.start(request(policy, patient), signal)).toMatchObject({ state: 'running' });
    expect(await containers()).not.toBe(before);
    await runtime.stop(id, signal);
  }
  expect(said).toEqual([]);
});

test.for<[Policy, string, RuntimeInstance['state'], string]>([
  ['on-failure', 'exit 0', 'stopped', 'It ended with exit code 0.'],
  ['never', 'exit 0', 'stopped', 'It ended with exit code 0.'],
  ['never', 'exit 3', 'failed', 'It ended with exit code 3.'],
  ['never', 'kill -9 $$', 'failed', 'It was ended by SIGKILL.'],
  ['always', 'exit 3', 'failed', 'It ended with exit code 3.'],
])('restarts %s: one that ends by itself with %s is not started again', async ([policy, script, state, end]) => {
  await runtime.start(request(policy, script), signal);
  expect(await seenIn(state)).toMatchObject({ lastExit: end });
  expect(await runtime.start(request(policy, script), signal)).toMatchObject({ state });
  expect(said).toEqual([]);
});

test('where the machine lacks memory, an instance is ended before anything of davit', async () => {
  await runtime.start(request('never', patient), signal);
  const pid = (await docker.docker('inspect', '--format', '{{.State.Pid}}', await containers())).trim();
  expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('500\n');
});

test('one that is ended for lack of memory has ended by itself', async () => {
  const limits = { memoryBytes: 16 * 1024 * 1024 };
  const flood = 'a=x; while :; do a=$a$a; done';
  await runtime.start(request('never', flood, { limits }), signal);
  expect(await seenIn('failed')).toMatchObject({ lastExit: expect.stringMatching(/memory limit of 16 MiB/) });
});

test('one that crashes again and again goes on with it after it was stopped while it waited for its next restart', async () => {
  const crashes = request('always', 'exit 3', { restart: { policy: 'always', maxRestarts: 100 } });
  await runtime.start(crashes, signal);
  await seenIn('backing-off');
  await docker.docker('stop', await containers());
  await seenIn('interrupted');
  await runtime.start(crashes, signal);
  expect(await seenIn('backing-off')).toMatchObject({ lastExit: 'It ended with exit code 3.' });
});
