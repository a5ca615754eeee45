import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';

// What a variable refers to reaches the process when a release is made, and stays as it was then.

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

test('a reference reaches the process, and a changed one with the next deployment; a rollback has the former', async () => {
  const { api } = platform;
  const project = await api.createProject('references');
  const { environments } = await api.done<{ environments: { id: string }[] }>('GET', `/v1/projects/${project.id}`);
  const backend = await api.createService(project.id, { name: 'api' });
  const web = await api.createService(project.id, { name: 'web' });
  const shared = `/v1/environments/${environments[0]?.id}/env`;
  const changes = () => api.done('GET', `/v1/services/${web.id}/changes`);
  const shown = async () => (await visit(web.url)).body;

  await api.done('POST', `/v1/services/${backend.id}/env`, { name: 'TOKEN', value: '$"first"\nžluť' });
  await api.done('POST', shared, { name: 'REGION', value: 'eu' });
  await api.done('POST', `/v1/services/${web.id}/env`, {
    name: 'BACKEND',
    value: '${{api.DAVIT_PUBLIC_URL}} ${{api.TOKEN}} $${{x}}',
  });
  const source = nodeServer(`process.env.BACKEND + ' ' + process.env.REGION`);
  const first = await deployFiles(api, web.id, source);
  expect(first).toMatchObject({ status: 'active' });
  expect(await shown()).toBe(`${backend.url} $"first"\nžluť \${{x}} eu`);
  expect(await changes()).toEqual({ variables: [], settings: [], source: false });

  await api.done('PATCH', `/v1/services/${backend.id}/env/TOKEN`, { value: 'second' });
  await api.done('PATCH', `/v1/services/${web.id}`, { settings: { drainSeconds: 1 } });
  expect(await changes()).toEqual({
    variables: [{ name: 'BACKEND', change: 'updated' }],
    settings: [{ path: 'drainSeconds', from: 30, to: 1 }],
    source: false,
  });
  expect(await shown()).toContain('first');
  expect(await api.settled((await api.deploy(web.id)).id)).toMatchObject({ status: 'active' });
  expect(await shown()).toBe(`${backend.url} second \${{x}} eu`);
  expect(await changes()).toEqual({ variables: [], settings: [], source: false });

  const { items } = await api.done<{ items: (DeploymentView & { changes: object })[] }>(
    'GET',
    `/v1/services/${web.id}/rollback-candidates`,
  );
  expect(items).toMatchObject([
    {
      id: first.id,
      changes: {
        commit: null,
        variables: [{ name: 'BACKEND', change: 'updated' }],
        settings: [{ path: 'drainSeconds', from: 1, to: 30 }],
      },
    },
  ]);
  const back = await api.done<DeploymentView>('POST', `/v1/services/${web.id}/rollback/${first.id}`);
  expect(await api.settled(back.id)).toMatchObject({ status: 'active' });
  expect(await shown()).toContain('first');
  expect(await changes()).toMatchObject({ variables: [{ name: 'BACKEND', change: 'updated' }], source: false });

  // The same bytes once more are nothing to deploy, when that is asked.
  const same = await api.settled((await api.deploy(web.id, { onlyIfChanged: true })).id);
  expect(same).toMatchObject({ status: 'skipped' });

  await api.done('PATCH', `/v1/services/${backend.id}`, { name: 'renamed' });
  const failed = await api.settled((await api.deploy(web.id)).id);
  expect(failed).toMatchObject({
    status: 'failed',
    errorCode: 'VARIABLE_REFERENCE_BROKEN',
    reason: expect.stringContaining(
      'BACKEND of web refers to ${{api.DAVIT_PUBLIC_URL}}, but this environment has no service "api".',
    ),
  });
  expect(await shown()).toContain('first');
});
