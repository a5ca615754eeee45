import { expect, test } from 'vitest';
import { createHeardRuns } from './heard-runs.ts';
import { type OverviewSteps, type ProjectChange, patchOverview, type RunChange } from './project-change.ts';

type Service = OverviewSteps['services'][number];

const latestDeployment = { runId: 'run_3', status: 'active', currentStep: null, finishedAt: '2026-01-01T00:00:00Z' };
const running: Service = {
  id: 'srv_1',
  desiredState: 'running',
  status: 'running',
  statusDetail: null,
  latestDeployment,
};
const underWay: Service = {
  ...running,
  status: 'deploying',
  statusDetail: 'The deployment waits for its turn.',
  latestDeployment: { runId: 'run_3', status: 'queued', currentStep: null, finishedAt: null },
};
const of = (service: Service): OverviewSteps => ({ services: [{ ...running, id: 'srv_0' }, service] });

function told(run: Partial<RunChange> = {}): ProjectChange {
  const all = {
    id: 'run_4',
    kind: 'deployment.create',
    state: 'running',
    currentStep: 'fetch',
    subject: 'srv_1',
    ...run,
  };
  return { type: 'run', id: all.id, serviceId: 'srv_1', run: all };
}

test('a service whose deployment has just begun is being deployed, before its overview is there', () => {
  for (const service of [running, { ...running, status: 'empty', latestDeployment: null }]) {
    const patched = patchOverview(of(service), told());
    expect(patched.services[1]).toEqual({ ...service, status: 'deploying', statusDetail: 'Step fetch.' });
    expect(patched.services[0]).toMatchObject({ status: 'running' });
    expect(patchOverview(patched, told())).toBe(patched);
    expect(patchOverview(patched, told({ currentStep: 'build' })).services[1]?.statusDetail).toBe('Step build.');
  }
  const before = patchOverview(of(running), told({ kind: 'deployment.rollback', currentStep: null }));
  expect(before.services[1]).toMatchObject({ status: 'deploying', statusDetail: null });
});

test('a deployment that the overview knows goes on as its run does', () => {
  const patched = patchOverview(of(underWay), told({ id: 'run_3' }));
  expect(patched.services[1]).toEqual({
    ...underWay,
    statusDetail: 'Step fetch.',
    latestDeployment: { runId: 'run_3', status: 'running', currentStep: 'fetch', finishedAt: null },
  });
  expect(patchOverview(patched, told({ id: 'run_3' }))).toBe(patched);
});

test.each<[what: string, service: Service, change: ProjectChange]>([
  ['a run that has ended meanwhile', running, told({ id: 'run_3' })],
  ['a run before the last', underWay, told({ id: 'run_2' })],
  ['a run that has not begun', running, told({ state: 'queued' })],
  ['a run that has ended', running, told({ state: 'succeeded' })],
  ['a restart', running, told({ kind: 'service.restart' })],
  ['a scheduled command', running, told({ kind: 'cron.run', subject: 'srv_1:cron' })],
  ['a run of what is being deleted', { ...running, desiredState: 'deleted' }, told()],
  ['a run of another service', running, { ...told(), serviceId: 'srv_2' }],
  ['something else', running, { type: 'deployment', id: 'dep_1', serviceId: 'srv_1' }],
])('%s leaves the overview the same object', (_, service, change) => {
  const overview = of(service);
  expect(patchOverview(overview, change)).toBe(overview);
});

test('an answer that was asked for before a deployment began does not take its state back', () => {
  let now = 0;
  const heard = createHeardRuns(() => now);
  const asked = 10;
  now = 20;
  heard.hear(told());
  const stale = of(running);
  expect(heard.over(stale, asked).services[1]).toMatchObject({ status: 'deploying', statusDetail: 'Step fetch.' });
  now = 30;
  heard.hear(told({ currentStep: 'build' }));
  expect(heard.over(stale, asked).services[1]).toMatchObject({ status: 'deploying', statusDetail: 'Step build.' });
  // What was asked for later knows all of it, and more.
  expect(heard.over(stale, 40)).toBe(stale);
});

test('a run that has ended is put into no answer, another that goes on is', () => {
  const heard = createHeardRuns(() => 20);
  const stale = of(running);
  heard.hear(told());
  heard.hear(told({ id: 'run_2', state: 'superseded' }));
  expect(heard.over(stale, 10)).not.toBe(stale);
  heard.hear(told({ state: 'failed' }));
  expect(heard.over(stale, 10)).toBe(stale);
});
