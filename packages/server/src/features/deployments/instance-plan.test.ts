import { describe, expect, test } from 'vitest';
import { serviceSettings } from '../services/index.ts';
import { instanceIds, mainProcess, planInstances, type RolloutTarget } from './instance-plan.ts';

const service = { id: 'svc_1', name: 'shop', environmentId: 'env_1' };
const kinds = {
  web: { ...service, kind: 'web' },
  worker: { ...service, kind: 'worker' },
  cron: { ...service, kind: 'cron' },
} as const;
const processes = (...names: string[]) => names.map((name) => ({ name, argv: ['run', name] }));

function target(changes: Partial<RolloutTarget> = {}, names = ['web']): RolloutTarget {
  return {
    service: kinds.web,
    releaseId: 'rel_1',
    deploymentId: 'dep_1',
    artifact: {
      kind: 'folder',
      folder: '/releases/1',
      cwd: '/releases/1/app',
      processes: processes(...names),
      release: null,
      environment: { PATH: '/tools', NODE_ENV: 'production' },
      readable: ['/tools'],
    },
    settings: serviceSettings.parse({}),
    scale: { replicas: 1, processes: {} },
    generation: 0,
    environment: {},
    ...changes,
  };
}

const idsOf = (changes: Partial<RolloutTarget>, names?: string[]) =>
  planInstances(target(changes, names)).map(({ id }) => id);

describe('the instances of a web service', () => {
  test('are as many of its main process as were asked for, and one of every other', () => {
    const scale = { replicas: 2, processes: { mailer: 0, clock: 2 } };
    expect(idsOf({ scale }, ['web', 'worker', 'mailer', 'clock'])).toEqual([
      'rel_1-web-0-0',
      'rel_1-web-1-0',
      'rel_1-worker-0-0',
      'rel_1-clock-0-0',
      'rel_1-clock-1-0',
    ]);
  });

  test('are known by their ids before anybody knows what they are given', () => {
    const scaled = target({ scale: { replicas: 2, processes: { clock: 2 } } }, ['web', 'worker', 'clock']);
    expect([...instanceIds(scaled)]).toEqual(planInstances(scaled).map(({ id }) => id));
  });

  test('have a port only where they are of the main process', () => {
    const ports = planInstances(target({}, ['web', 'worker'])).map(({ id, hasPort }) => [id, hasPort]);
    expect(ports).toEqual([
      ['rel_1-web-0-0', true],
      ['rel_1-worker-0-0', false],
    ]);
  });

  test('may be none', () => {
    expect(idsOf({ scale: { replicas: 0, processes: {} } })).toEqual([]);
    expect(idsOf({}, ['worker'])).toEqual([]);
  });

  test('count a process that is named like something that every object has', () => {
    expect(idsOf({}, ['web', 'constructor'])).toEqual(['rel_1-web-0-0', 'rel_1-constructor-0-0']);
  });

  test('have other ids after a restart and in another release, and the same when planned again', () => {
    expect(idsOf({ generation: 3 })).toEqual(['rel_1-web-0-3']);
    expect(idsOf({ releaseId: 'rel_2' })).toEqual(['rel_2-web-0-0']);
    expect(planInstances(target())).toEqual(planInstances(target()));
  });
});

describe('an instance', () => {
  test('gets the variables of the service over those of the artifact, and is told what it is', () => {
    const environment = { NODE_ENV: 'staging', DAVIT: '1' };
    expect(planInstances(target({ environment }))[0]?.env).toEqual({
      PATH: '/tools',
      NODE_ENV: 'staging',
      DAVIT: '1',
      DAVIT_PROCESS: 'web',
      DAVIT_INSTANCE: '0',
    });
  });

  test('may write to its artifact alone, and is limited as the settings of its release say', () => {
    const settings = serviceSettings.parse({ memoryMb: 64, cpus: 0.5, stopGraceSeconds: 3 });
    expect(planInstances(target({ settings }))[0]).toMatchObject({
      root: { kind: 'folder', folder: '/releases/1/app', writable: ['/releases/1'], readable: ['/tools'] },
      limits: { memoryBytes: 67_108_864, cpus: 0.5 },
      stopGraceMs: 3000,
      restart: { policy: 'always', maxRestarts: 10 },
      labels: { serviceId: 'svc_1', releaseId: 'rel_1', deploymentId: 'dep_1', process: 'web', ordinal: 0 },
    });
  });
});

describe('an instance of an image', () => {
  const image: RolloutTarget['artifact'] = {
    kind: 'image',
    reference: 'sha256:1',
    digest: null,
    pushedTo: null,
    platform: 'linux/amd64',
    processes: [{ name: 'web', argv: null }],
    release: null,
    environment: {},
    exposedPort: 3000,
  };
  const rootOf = (changes: Partial<RolloutTarget>) => planInstances(target({ artifact: image, ...changes }))[0]?.root;

  test('starts what the image says, in the network of its environment, under the name of its service', () => {
    expect(planInstances(target({ artifact: image }))[0]?.argv).toBeNull();
    expect(rootOf({})).toMatchObject({ reference: 'sha256:1', network: { environmentId: 'env_1', alias: 'shop' } });
  });

  test('listens where the settings say, else where the image says, else on 8080', () => {
    const settings = serviceSettings.parse({ port: 9000 });
    expect(rootOf({ settings })).toMatchObject({ port: 9000 });
    expect(rootOf({})).toMatchObject({ port: 3000 });
    expect(rootOf({ artifact: { ...image, exposedPort: null } })).toMatchObject({ port: 8080 });
  });
});

describe('other kinds of service', () => {
  test('a worker runs its worker process, else what there is to start, and has no port', () => {
    const worker = { service: kinds.worker, scale: { replicas: 2, processes: {} } };
    expect(idsOf(worker, ['web', 'worker'])).toEqual(['rel_1-worker-0-0', 'rel_1-worker-1-0']);
    expect(idsOf(worker, ['web'])).toEqual(['rel_1-web-0-0', 'rel_1-web-1-0']);
    expect(planInstances(target(worker)).some(({ hasPort }) => hasPort)).toBe(false);
  });

  test('a cron service has no instances: its schedule starts its command', () => {
    expect(idsOf({ service: kinds.cron }, ['web', 'cron'])).toEqual([]);
  });

  test.each([
    ['web', ['worker', 'web'], 'web'],
    ['web', ['worker'], undefined],
    ['worker', ['web', 'worker'], 'worker'],
    ['cron', ['web', 'worker', 'cron'], 'cron'],
    ['cron', ['web', 'worker'], 'worker'],
    ['cron', ['web'], 'web'],
    ['cron', [], undefined],
  ] as const)('the main process of a %s service with %j is %s', (kind, names, main) => {
    expect(mainProcess(kind, target({}, [...names]).artifact)?.name).toBe(main);
  });
});
