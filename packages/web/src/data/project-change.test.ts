import { expect, test } from 'vitest';
import { outdatedBy, type ProjectChange } from './project-change.ts';
import { queryKeys } from './query-keys.ts';

const service = { serviceId: 'srv_1', environmentId: 'env_1' } as const;
const runOf = (place: object, state: string): ProjectChange => ({
  type: 'run',
  id: 'run_1',
  ...place,
  run: { id: 'run_1', kind: 'deployment.create', state, currentStep: null, subject: 'srv_1' },
});

test.each<[what: string, change: ProjectChange, overview: boolean, keys: readonly (readonly unknown[])[]]>([
  [
    'a project',
    { type: 'project', id: 'prj_1' },
    true,
    [queryKeys.project('prj_1'), queryKeys.environments('prj_1'), queryKeys.projects()],
  ],
  [
    'an environment',
    { type: 'environment', id: 'env_1', environmentId: 'env_1' },
    true,
    [queryKeys.project('prj_1'), queryKeys.environments('prj_1'), queryKeys.projects()],
  ],
  [
    'places of nodes',
    { type: 'canvas', id: 'env_1', environmentId: 'env_1' },
    false,
    [queryKeys.canvas('prj_1', 'env_1')],
  ],
  [
    'a service',
    { type: 'service', id: 'srv_1', ...service },
    true,
    [queryKeys.service('srv_1'), queryKeys.changes('srv_1')],
  ],
  [
    'variables of a service',
    { type: 'variables', id: 'srv_1', ...service },
    true,
    [queryKeys.variables('srv_1'), queryKeys.changes('srv_1'), queryKeys.resourceUsers()],
  ],
  [
    'variables of an environment',
    { type: 'variables', id: 'env_1', environmentId: 'env_1' },
    true,
    [queryKeys.sharedVariables('env_1'), queryKeys.services(), queryKeys.resourceUsers()],
  ],
  [
    'a deployment',
    { type: 'deployment', id: 'dep_1', ...service },
    true,
    [
      queryKeys.deployment('dep_1'),
      queryKeys.deployments('srv_1'),
      queryKeys.rollbackCandidates('srv_1'),
      queryKeys.instances('srv_1'),
      queryKeys.changes('srv_1'),
      queryKeys.service('srv_1'),
      queryKeys.resourceUsers(),
    ],
  ],
  ['instances', { type: 'instances', id: 'srv_1', ...service }, true, [queryKeys.instances('srv_1')]],
  ['a domain', { type: 'domain', id: 'dom_1', ...service }, false, [queryKeys.domains('srv_1')]],
  ['a cloud resource', { type: 'cloud_resource', id: 'res_1' }, true, [queryKeys.cloudResource('res_1')]],
  [
    'a run of a cloud resource',
    runOf({ cloudResourceId: 'res_1' }, 'running'),
    true,
    [queryKeys.run('run_1'), queryKeys.cloudResource('res_1'), queryKeys.resourceUsers()],
  ],
  [
    'a run of a service that goes on',
    runOf(service, 'running'),
    false,
    [queryKeys.run('run_1'), queryKeys.deployments('srv_1')],
  ],
  [
    'a run of a service that waits',
    runOf(service, 'queued'),
    true,
    [queryKeys.run('run_1'), queryKeys.deployments('srv_1')],
  ],
  [
    'a run of a service that has ended',
    runOf(service, 'succeeded'),
    true,
    [queryKeys.run('run_1'), queryKeys.deployments('srv_1')],
  ],
  ['what a newer server tells of', { type: 'planet' as ProjectChange['type'], id: 'x' }, true, []],
])('%s that changed outdates what shows it, and no more', (_, change, overview, keys) => {
  const outdated = outdatedBy('prj_1', change);
  expect(outdated.overview).toBe(overview);
  const sorted = (list: readonly unknown[]) => list.map((key) => JSON.stringify(key)).toSorted();
  expect(sorted(outdated.keys)).toEqual(sorted(keys));
});
