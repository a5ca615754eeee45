import { randomBytes } from 'node:crypto';
import { createEngineClient, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildImage } from '../../../test/support/container-image.ts';
import { sharedDocker } from '../../../test/support/shared-docker.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import { createDockerRuntime } from '../../adapters/runtime/docker/docker-runtime.ts';
import { parseSubnet } from '../../adapters/runtime/docker/free-subnet.ts';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { serviceSettings } from '../services/index.ts';
import type { RolloutTarget } from './instance-plan.ts';
import { createRollout } from './rollout.ts';

// How the instances of a release are started in a real engine: several at once, in an environment that has no network yet.

const { signal } = new AbortController();
const own = randomBytes(8).toString('hex');
const image = `rollout-${own}`;
/** Nothing is routed here. */
const proxy = {} as Proxy;

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let engine: EngineClient;
let runtime: Runtime;

beforeAll(async () => {
  docker = await sharedDocker();
  await buildImage(docker, image, ['FROM debian:12', 'CMD ["sleep", "1000"]']);
  const [address, networkPool] = [parseDockerHost(docker.host), parseSubnet('10.211.0.0/16')];
  if (address === undefined || networkPool === undefined) throw new Error('the test is wrong');
  engine = createEngineClient(address);
  runtime = createDockerRuntime({
    engine,
    installation: async () => own,
    networkPool,
    authOf: async () => undefined,
    drainLogs: async () => undefined,
    say: async () => undefined,
    logger: silentLogger,
  });
});
afterEach(async () => {
  await Promise.all((await runtime.list(signal)).map(({ id }) => runtime.stop(id, signal)));
  expect(await networks()).toEqual([]);
});
afterAll(async () => {
  engine.close();
  await docker.docker('rmi', '-f', image);
});

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const networks = async () =>
  linesOf(await docker.docker('network', 'ls', '-q', '--filter', `label=davit.installation=${own}`));

function targetOf(replicas: number): RolloutTarget {
  return {
    service: { id: 'svc_1', kind: 'worker', name: 'many', environmentId: 'env_1' },
    releaseId: 'rel_1',
    deploymentId: 'dep_1',
    artifact: {
      kind: 'image',
      reference: image,
      digest: null,
      pushedTo: null,
      platform: 'linux/amd64',
      exposedPort: null,
      processes: [{ name: 'worker', argv: null }],
      release: null,
      environment: {},
    },
    settings: serviceSettings.parse({ stopGraceSeconds: 0 }),
    scale: { replicas, processes: {} },
    generation: 0,
    environment: {},
  };
}

/** The runtime, watched: who starts now. */
function watched(before: (ordinal: number) => Promise<void> = async () => undefined) {
  const seen = { begun: 0, underWay: 0, atOnce: 0 };
  const start: Runtime['start'] = async (request, aborted) => {
    seen.begun += 1;
    seen.underWay += 1;
    seen.atOnce = Math.max(seen.atOnce, seen.underWay);
    try {
      await before(request.labels.ordinal);
      return await runtime.start(request, aborted);
    } finally {
      seen.underWay -= 1;
    }
  };
  return { seen, rollout: createRollout({ runtime: { ...runtime, start }, proxy }) };
}

test('six instances start four at once, in one network, each at an address of its own', async () => {
  const { seen, rollout } = watched();
  await rollout.start(targetOf(6), signal);
  expect(seen).toEqual({ begun: 6, underWay: 0, atOnce: 4 });
  const listed = await runtime.list(signal);
  expect(listed.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'running'));
  expect(await networks()).toHaveLength(1);
  const ids = linesOf(await docker.docker('ps', '-q', '--filter', `label=davit.installation=${own}`));
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const addresses = linesOf(await docker.docker('inspect', '--format', format, ...ids));
  expect(new Set(addresses).size).toBe(6);
});

test('when one cannot be started, none is begun after it, and none that was is left to itself', async () => {
  const cause = new Error('no room');
  const { seen, rollout } = watched(async (ordinal) => {
    if (ordinal === 1) throw cause;
  });
  await expect(rollout.start(targetOf(6), signal)).rejects.toBe(cause);
  expect(seen).toEqual({ begun: 4, underWay: 0, atOnce: 4 });
  const listed = await runtime.list(signal);
  expect(listed.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual(
    [0, 2, 3].map((ordinal) => `rel_1-worker-${ordinal}-0 running`),
  );
});
