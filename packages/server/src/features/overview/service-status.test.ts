import { describe, expect, test } from 'vitest';
import { isUp, judgeService, type ServiceFacts } from './service-status.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const longAgo = '2026-11-21T11:00:00Z';
const justNow = '2026-11-21T11:59:58Z';

type Instance = NonNullable<ServiceFacts['instances']>[number];

function instance(ordinal: number, fields: Partial<Instance> = {}, releaseId = 'rel_1'): Instance {
  return {
    labels: { serviceId: 'svc_1', releaseId, deploymentId: 'dep_1', process: 'web', ordinal, generation: 0 },
    state: 'running',
    startedAt: longAgo,
    restarts: 0,
    lastExit: null,
    ...fields,
  };
}

const deployment = (status: NonNullable<ServiceFacts['latestDeployment']>['status'], fields: object = {}) => ({
  status,
  currentStep: null,
  reason: null,
  ...fields,
});

/** A web service with one instance that serves, but for what a test says. */
const judge = (fields: Partial<ServiceFacts> = {}) =>
  judgeService(
    {
      kind: 'web',
      desiredState: 'running',
      latestDeployment: deployment('active'),
      activeReleaseId: 'rel_1',
      wanted: 1,
      instances: [instance(0)],
      fault: null,
      lastCronRun: null,
      ...fields,
    },
    now,
  );

describe('a service that never served', () => {
  const nothing = { activeReleaseId: null, instances: [] };

  test('is empty before its first deployment', () => {
    expect(judge({ ...nothing, latestDeployment: null })).toEqual({
      status: 'empty',
      statusDetail: null,
      replicas: { running: 0, wanted: 0 },
    });
  });

  test.each(['queued', 'running'] as const)('is deploying while its first one is %s', (status) => {
    expect(judge({ ...nothing, latestDeployment: deployment(status, { currentStep: 'build' }) }).status).toBe(
      'deploying',
    );
  });

  test('has failed when its first one has, and says why', () => {
    const latestDeployment = deployment('failed', { reason: 'npm ci failed with code 1.' });
    expect(judge({ ...nothing, latestDeployment })).toMatchObject({
      status: 'failed',
      statusDetail: 'npm ci failed with code 1.',
    });
  });

  test('is empty when its first one was canceled', () => {
    expect(judge({ ...nothing, latestDeployment: deployment('canceled') }).status).toBe('empty');
  });
});

describe('a service that serves', () => {
  test('runs', () => {
    expect(judge()).toEqual({ status: 'running', statusDetail: null, replicas: { running: 1, wanted: 1 } });
  });

  test.each(['failed', 'canceled', 'superseded', 'skipped'] as const)(
    'runs on after a deployment that %s',
    (status) => {
      expect(judge({ latestDeployment: deployment(status, { reason: 'Because.' }) }).status).toBe('running');
    },
  );

  test('is deploying while a deployment is under way, with what runs meanwhile and the step', () => {
    expect(judge({ latestDeployment: deployment('running', { currentStep: 'build' }) })).toEqual({
      status: 'deploying',
      statusDetail: 'Step build.',
      replicas: { running: 1, wanted: 1 },
    });
  });

  test('counts the instances of its active release alone, each place once', () => {
    const instances = [instance(0), instance(0, { startedAt: justNow }), instance(1, {}, 'rel_0')];
    expect(judge({ wanted: 2, instances })).toMatchObject({ status: 'degraded', replicas: { running: 1, wanted: 2 } });
  });

  test('is degraded while some of its instances are down, and says why', () => {
    const down = instance(1, { state: 'backing-off', restarts: 3, lastExit: 'exited with code 1' });
    expect(judge({ wanted: 2, instances: [instance(0), down] })).toEqual({
      status: 'degraded',
      statusDetail: '1 of 2 instances run. exited with code 1.',
      replicas: { running: 1, wanted: 2 },
    });
  });

  test('has crashed while it waits to be started again', () => {
    const instances = [instance(0, { state: 'backing-off', restarts: 3, lastExit: 'exited with code 1' })];
    expect(judge({ instances })).toMatchObject({
      status: 'crashed',
      statusDetail: 'It is started again and again. exited with code 1.',
    });
  });

  test('does not look well between two crashes', () => {
    const instances = [instance(0, { restarts: 3, startedAt: justNow, lastExit: 'exited with code 1' })];
    expect(judge({ instances })).toMatchObject({ status: 'crashed', replicas: { running: 0, wanted: 1 } });
  });

  test('runs again once it stays up after a crash', () => {
    expect(judge({ instances: [instance(0, { restarts: 3, startedAt: longAgo })] }).status).toBe('running');
  });

  test('has crashed when it is given up', () => {
    const instances = [instance(0, { state: 'failed', restarts: 10, lastExit: 'exited with code 1' })];
    expect(judge({ instances })).toMatchObject({
      status: 'crashed',
      statusDetail: 'It is not started again any more. exited with code 1.',
    });
  });

  test('has stopped when it ended by itself and is not to be started again', () => {
    const instances = [instance(0, { state: 'stopped', lastExit: 'exited with code 0' })];
    expect(judge({ instances })).toMatchObject({
      status: 'stopped',
      statusDetail: 'It ended by itself: exited with code 0.',
    });
  });

  test('is degraded while its instances are still to be started, such as after a restart of the machine', () => {
    expect(judge({ instances: [] })).toMatchObject({
      status: 'degraded',
      statusDetail: 'Its instances are being started.',
    });
  });

  test('has crashed when davit cannot start it, and says what to do', () => {
    const fault = { message: 'The image is gone.', hint: 'Deploy the service again.' };
    expect(judge({ instances: [], fault })).toMatchObject({
      status: 'crashed',
      statusDetail: 'It cannot be started: The image is gone. Deploy the service again.',
    });
    expect(judge({ wanted: 2, fault })).toMatchObject({
      status: 'degraded',
      statusDetail: '1 of 2 instances run. The image is gone.',
    });
    expect(judge({ fault }).status).toBe('running');
  });

  test('is degraded, not gone, when nobody can say what runs', () => {
    expect(judge({ instances: null })).toMatchObject({ status: 'degraded', replicas: { running: 0, wanted: 1 } });
  });
});

describe('a service that should not run', () => {
  test('is stopped by its people', () => {
    expect(judge({ desiredState: 'stopped', instances: [] })).toEqual({
      status: 'stopped',
      statusDetail: null,
      replicas: { running: 0, wanted: 0 },
    });
  });

  test('is stopped by a scale to nothing', () => {
    expect(judge({ wanted: 0, instances: [] })).toMatchObject({
      status: 'stopped',
      statusDetail: 'It is scaled to 0 instances.',
    });
  });

  test('is stopped while it is being deleted, whatever else is under way', () => {
    expect(judge({ desiredState: 'deleted', latestDeployment: deployment('running') })).toMatchObject({
      status: 'stopped',
      statusDetail: 'It is being deleted.',
    });
  });
});

describe('a cron service', () => {
  const cron = { kind: 'cron', wanted: 0, instances: [] } as const;

  test.each([null, { state: 'succeeded', reason: 'All steps are done.' }])(
    'runs when its last execution did not fail (%j)',
    (lastCronRun) => {
      expect(judge({ ...cron, lastCronRun }).status).toBe('running');
    },
  );

  test('is degraded when its last execution failed', () => {
    const lastCronRun = { state: 'failed', reason: 'The scheduled command failed: exited with code 2' };
    expect(judge({ ...cron, lastCronRun })).toMatchObject({
      status: 'degraded',
      statusDetail: 'The last scheduled run failed: The scheduled command failed: exited with code 2.',
    });
  });
});

test.each([
  ['running', 0, longAgo, true],
  ['running', 0, justNow, true],
  ['running', 1, justNow, false],
  ['running', 1, longAgo, true],
  ['incomplete', 0, longAgo, true],
  ['interrupted', 0, longAgo, false],
  ['starting', 0, justNow, false],
  ['failed', 1, longAgo, false],
] as const)('an instance that is %s after %i restarts, started at %s: up is %s', (state, restarts, startedAt, up) => {
  expect(isUp({ state, restarts, startedAt }, now)).toBe(up);
});
