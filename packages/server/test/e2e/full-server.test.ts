import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { deployFiles, startDeployment } from '../support/deploy-files.ts';
import { drillApp, drillSettings, flags } from '../support/drill-app.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// A server whose places for builds, or for commands, are all taken.

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  platform = await startPlatform({ environment: { WORKER_CONCURRENCY: '1' } });
  projectId = (await platform.api.createProject('full')).id;
});
afterAll(() => platform[Symbol.asyncDispose]());

const createService = (name: string) => platform.api.createService(projectId, { name, settings: drillSettings });

/** Asks for something to be done to a service, and waits for its end. */
async function asked(method: 'POST' | 'DELETE', path: string, body?: object) {
  const { runId } = await platform.api.done<{ runId: string }>(method, path, body);
  return await platform.api.runEnded(runId);
}

test('a build that takes long holds up no restart, scaling, rollback, stop or deletion of other services', async () => {
  const { api } = platform;
  const [web, doomed, slow, late] = [
    await createService('web'),
    await createService('doomed'),
    await createService('slow'),
    await createService('late'),
  ];
  const first = await deployFiles(api, web.id, drillApp('v1'));
  expect(first).toMatchObject({ status: 'active' });
  expect(await deployFiles(api, web.id, drillApp('v2'))).toMatchObject({ status: 'active' });
  expect(await deployFiles(api, doomed.id, drillApp('v1'))).toMatchObject({ status: 'active' });

  const held = await startDeployment(api, slow.id, drillApp('v1', ['build']));
  await waitUntil('the build', async () => (await api.outputOf(held.runId)).includes('build begins'));
  const waiting = await startDeployment(api, late.id, drillApp('v1'));

  const path = `/v1/services/${web.id}`;
  expect(await asked('POST', `${path}/restart`)).toMatchObject({ state: 'succeeded' });
  expect(await asked('POST', `${path}/scale`, { replicas: 2 })).toMatchObject({ state: 'succeeded' });
  expect(await api.instances(web.id)).toHaveLength(2);
  const back = await api.done<DeploymentView>('POST', `${path}/rollback/${first.id}`);
  expect(await api.settled(back.id)).toMatchObject({ status: 'active' });
  expect(await asked('POST', `${path}/stop`)).toMatchObject({ state: 'succeeded' });
  expect(await asked('DELETE', `/v1/services/${doomed.id}`)).toMatchObject({ state: 'succeeded' });
  expect((await api.call('GET', `/v1/services/${doomed.id}`)).status).toBe(404);

  // All of it while the one place for builds was taken.
  expect(await api.done('GET', `/v1/deployments/${held.id}`)).toMatchObject({ currentStep: 'build' });
  expect(await api.done('GET', `/v1/deployments/${waiting.id}`)).toMatchObject({ status: 'queued' });
  await writeFile(join(platform.dataDir, 'builds', slow.id, held.id, flags.build), '');
  for (const { id } of [held, waiting]) expect(await api.settled(id)).toMatchObject({ status: 'active' });
});

test('scheduled commands that take as long as they like hold up no deployment', async () => {
  const { api } = platform;
  const files = {
    'package.json': '{"private":true,"scripts":{"start":"node main.js"}}',
    'main.js': `console.log('begun'); setInterval(() => {}, 1000);`,
  };
  // As many as an organization may have at a time, and one more.
  for (const name of ['one', 'two', 'three']) {
    const settings = { schedule: '* * * * * *' };
    const cron = await api.createService(projectId, { name, kind: 'cron', settings });
    expect(await deployFiles(api, cron.id, files)).toMatchObject({ status: 'active' });
  }
  await waitUntil('two run, and the third waits', async () => {
    // Not over the API: each second makes a run of each, which takes the place of the one that waits.
    const { rows } = await platform.database.pool.query<{ running: number; services: number }>(
      `select count(*) filter (where state = 'running')::int as running, count(distinct subject)::int as services
       from runs where kind = 'cron.run' and state in ('queued', 'running')`,
    );
    return rows[0]?.running === 2 && rows[0].services === 3;
  });
  const web = await createService('beside');
  expect(await deployFiles(api, web.id, drillApp('v1'))).toMatchObject({ status: 'active' });
  expect((await visit(web.url)).body).toBe('v1');
});
