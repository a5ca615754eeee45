import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { type ProjectChange, parseProjectChange } from './project-change.ts';
import { createProjectUpdates } from './project-updates.ts';
import { queryKeys } from './query-keys.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A page that looks at some answers, and counts how often each is asked for anew. */
function setUp(gatherMs = 1, overviewMs = 1) {
  const client = new QueryClient();
  const asked = new Map<string, number>();
  const look = (name: string, queryKey: readonly unknown[], data: unknown = {}) => {
    client.setQueryData(queryKey, data);
    asked.set(name, 0);
    const queryFn = () => {
      asked.set(name, (asked.get(name) ?? 0) + 1);
      return Promise.resolve(data);
    };
    const observer = new QueryObserver(client, { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY });
    stops.push(observer.subscribe(() => undefined));
  };
  const updates = createProjectUpdates({ client, projectId: 'prj_1', gatherMs, overviewMs });
  stops.push(updates.stop);
  return { client, updates, look, asked: () => Object.fromEntries(asked) };
}

const latestDeployment = { runId: 'run_1', status: 'running', currentStep: 'fetch', finishedAt: null };
const deploying = { id: 'srv_1', desiredState: 'running', status: 'deploying', statusDetail: 'Step fetch.' };
const overview = { services: [{ ...deploying, latestDeployment }] };
const running = (currentStep: string): ProjectChange => ({
  type: 'run',
  id: 'run_1',
  serviceId: 'srv_1',
  environmentId: 'env_1',
  run: { id: 'run_1', kind: 'deployment.create', state: 'running', currentStep, subject: 'srv_1' },
});

test('a change asks for what it concerns, and for nothing else', async () => {
  const { updates, look, asked } = setUp();
  look('overview', queryKeys.overview('prj_1', 'env_1'));
  look('canvas', queryKeys.canvas('prj_1', 'env_1'));
  look('deployments', queryKeys.deployments('srv_1'));
  look('deployment', queryKeys.deployment('dep_1'));
  look('deployments of another', queryKeys.deployments('srv_2'));
  look('metrics', queryKeys.metrics('srv_1', '1h'));
  updates.apply({ type: 'deployment', id: 'dep_1', serviceId: 'srv_1', environmentId: 'env_1' });
  await vi.waitFor(() =>
    expect(asked()).toEqual({
      overview: 1,
      canvas: 0,
      deployments: 1,
      deployment: 1,
      'deployments of another': 0,
      metrics: 0,
    }),
  );
});

test('shared variables that changed are asked for with their history, and so is what each service has', async () => {
  const { updates, look, asked } = setUp();
  const shared = { kind: 'environment', id: 'env_1' } as const;
  look('shared', queryKeys.sharedVariables('env_1'));
  look('history', queryKeys.variableHistory(shared));
  look('of another', queryKeys.variablesOf({ kind: 'environment', id: 'env_2' }));
  look('changes', queryKeys.changes('srv_1'));
  updates.apply({ type: 'variables', id: 'env_1', environmentId: 'env_1' });
  await vi.waitFor(() => expect(asked()).toEqual({ shared: 1, history: 1, 'of another': 0, changes: 1 }));
});

test('changes that come together are asked for together', async () => {
  const { updates, look, asked } = setUp(20, 20);
  look('overview', queryKeys.overview('prj_1', 'env_1'));
  look('instances', queryKeys.instances('srv_1'));
  for (let n = 0; n < 500; n++) updates.apply({ type: 'instances', id: `ins_${n}`, serviceId: 'srv_1' });
  await vi.waitFor(() => expect(asked()).toEqual({ overview: 1, instances: 1 }));
});

test('a step of a running deployment is shown without asking for the overview', async () => {
  const { client, updates, look, asked } = setUp();
  look('overview', queryKeys.overview('prj_1', 'env_1'), overview);
  look('run', queryKeys.run('run_1'));
  updates.apply(running('build'));
  const read = () => client.getQueryData<typeof overview>(queryKeys.overview('prj_1', 'env_1'));
  expect(read()?.services[0]).toMatchObject({
    statusDetail: 'Step build.',
    latestDeployment: { currentStep: 'build' },
  });
  await vi.waitFor(() => expect(asked()).toEqual({ overview: 0, run: 1 }));
});

test('of a service that changed its own answer is asked for, not all that lies below it; of a cloud resource all', async () => {
  const { updates, look, asked } = setUp();
  look('service', queryKeys.service('srv_1'));
  look('metrics', queryKeys.metrics('srv_1', '1h'));
  look('resource', queryKeys.cloudResource('res_1'));
  look('its updates', queryKeys.cloudResourceUpdates('res_1'));
  look('its users', queryKeys.resourceUsersOf('res_1'));
  updates.apply({ type: 'service', id: 'srv_1', serviceId: 'srv_1', environmentId: 'env_1' });
  const { id, run } = running('apply');
  updates.apply({ type: 'run', id, cloudResourceId: 'res_1', ...(run && { run }) });
  await vi.waitFor(() =>
    expect(asked()).toEqual({ service: 1, metrics: 0, resource: 1, 'its updates': 1, 'its users': 1 }),
  );
});

test('the overview is asked for once in a while, however much changes, and nothing after the page has gone', async () => {
  vi.useFakeTimers();
  try {
    const { updates, look, asked } = setUp(100, 1000);
    look('overview', queryKeys.overview('prj_1', 'env_1'));
    const change: ProjectChange = { type: 'instances', id: 'ins_1', serviceId: 'srv_1' };
    updates.apply(change);
    await vi.advanceTimersByTimeAsync(150);
    expect(asked()).toEqual({ overview: 1 });
    for (let n = 0; n < 5; n++) {
      updates.apply(change);
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(asked()).toEqual({ overview: 1 });
    await vi.advanceTimersByTimeAsync(300);
    expect(asked()).toEqual({ overview: 2 });
    updates.apply(change);
    updates.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked()).toEqual({ overview: 2 });
  } finally {
    vi.useRealTimers();
  }
});

test('when it is not known what was missed, all of the project is asked again', async () => {
  const { updates, look, asked } = setUp();
  look('project', queryKeys.project('prj_1'));
  look('overview', queryKeys.overview('prj_1', 'env_1'));
  look('variables', queryKeys.variables('srv_1'));
  look('run', queryKeys.run('run_1'));
  look('shared', queryKeys.sharedVariables('env_1'));
  look('deployment', queryKeys.deployment('dep_1'));
  look('resource', queryKeys.cloudResource('res_1'));
  look('its users', queryKeys.resourceUsersOf('res_1'));
  look('projects', queryKeys.projects());
  look('me', queryKeys.me());
  updates.reset();
  await vi.waitFor(() =>
    expect(asked()).toEqual({
      project: 1,
      overview: 1,
      variables: 1,
      run: 1,
      shared: 1,
      deployment: 1,
      resource: 1,
      'its users': 1,
      projects: 1,
      me: 0,
    }),
  );
});

test('what is not understood is no change', () => {
  expect(parseProjectChange('{"type":"canvas","id":"x"}')).toMatchObject({ type: 'canvas' });
  expect(parseProjectChange('{')).toBeUndefined();
  expect(parseProjectChange('null')).toBeUndefined();
  expect(parseProjectChange('{"type":7}')).toBeUndefined();
});
