import { expect, test } from 'vitest';
import type { Schemas } from './api-client.ts';
import { mergeOverview, withoutUsage } from './overview-merge.ts';

type Overview = Schemas['Overview'];
type Service = Overview['services'][number];

const usage = { cpuCores: [0.1, 0.2], requestsPerSecond: [1, null] };

function service(id: string, name: string, sparkline: Service['sparkline'] = usage): Service {
  return {
    id,
    name,
    kind: 'web',
    url: null,
    environmentId: 'env_1',
    desiredState: 'running',
    status: 'running',
    statusDetail: null,
    replicas: { running: 1, wanted: 1 },
    latestDeployment: null,
    activeDeployment: null,
    hasUndeployedChanges: false,
    sparkline,
  };
}

function overview(services: Service[]): Overview {
  return { environmentId: 'env_1', services, cloudResources: [], links: [] };
}

test('what has not changed stays the same object, also when one before it is gone', () => {
  const known = overview([service('svc_1', 'one'), service('svc_2', 'two'), service('svc_3', 'three')]);
  const merged = mergeOverview(known, overview([service('svc_2', 'two'), service('svc_3', 'third')]));
  expect(merged.services[0]).toBe(known.services[1]);
  expect(merged.services[1]).toEqual(service('svc_3', 'third'));
  expect(merged.links).toBe(known.links);
});

test('an answer in which nothing has changed is the one before', () => {
  const known = overview([service('svc_1', 'one'), service('svc_2', 'two')]);
  expect(mergeOverview(known, overview([service('svc_1', 'one'), service('svc_2', 'two')]))).toBe(known);
  expect(mergeOverview(known, overview([service('svc_2', 'two'), service('svc_1', 'one')]))).not.toBe(known);
});

test('usage is no part of what is compared', () => {
  const known = withoutUsage(overview([service('svc_1', 'one')]));
  const later = { cpuCores: [0.2, 0.3], requestsPerSecond: [null, null] };
  expect(mergeOverview(known, withoutUsage(overview([service('svc_1', 'one', later)])))).toBe(known);
});
