import { afterAll, beforeAll, expect, test } from 'vitest';
import { containerPlace } from '../support/drill-place.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import {
  expectLastRunSucceeds,
  killWhenBegun,
  type LifecycleHit,
  surviveLifecycleHit,
} from '../support/lifecycle-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of the server in steps of a deployment, a rollback, a scaling and a deletion of containers: before and after what
// each does to the engine. Every step of all of them is hit with plain processes (killed-server, killed-lifecycle).

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let drill: FaultDrill;
/** What the service answers now, and by how many instances. */
let serving = 'v1';
let instances = 1;

beforeAll(async () => {
  docker = await sharedDocker();
  drill = await startFaultDrill({ place: containerPlace(docker) });
});
afterAll(() => drill?.[Symbol.asyncDispose]());

test('the server is killed while an image is built: the build goes on, and is not begun again', async () => {
  const begun = drill.steps.next(drill.service.id, 'build');
  const { runId } = await drill.deploy('v2', ['build']);
  await begun;
  await expect.poll(() => drill.api.outputOf(runId)).toContain('build begins');
  await drill.platform.kill();
  await expectLastRunSucceeds(drill);
  const lines = await drill.api.outputOf(runId);
  expect(lines.filter((line) => /^build (begins|ends)$/.test(line))).toEqual(['build begins', 'build ends']);
  serving = 'v2';
  await expectOneTruth(drill, serving);
  expectNoVisitLost(drill);
});

test('a deployment is canceled while its container is not healthy yet: neither the container stays nor its image', async () => {
  const deployment = await drill.deploy('never', ['healthy']);
  await waitUntil(
    'its container runs',
    async () => (await drill.place.listInstances(drill.platform, drill.service.id)).length === 2,
  );
  await drill.api.done('POST', `/v1/deployments/${deployment.id}/cancel`);
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'canceled' });
  await expectOneTruth(drill, serving);
  expectNoVisitLost(drill);
});

test('the server is killed in step start of a rollback', async () => {
  await surviveLifecycleHit(drill, { action: 'rollback', step: 'start', when: 'standing still' });
  serving = 'v1';
  await expectOneTruth(drill, serving);
  expectNoVisitLost(drill);
});

test.for(['build', 'start', 'healthy', 'switch', 'stop'])(
  'the server is killed in step %s of a deployment: it goes on, and nobody who visits notices',
  async (step) => {
    await killWhenBegun(drill, step, () => drill.deploy(`v-${step}`));
    await expectLastRunSucceeds(drill);
    serving = `v-${step}`;
    await expectOneTruth(drill, serving);
    expectNoVisitLost(drill);
  },
);

test.for<LifecycleHit>([
  { action: 'scale', step: 'healthy', when: 'begun' },
  { action: 'restart', step: 'switch', when: 'standing still' },
])('the server is killed in step $step of a $action', async (hit) => {
  await surviveLifecycleHit(drill, hit);
  if (hit.action === 'scale') instances = 3;
  await expectOneTruth(drill, serving);
  expectNoVisitLost(drill);
  expect(await drill.api.instances(drill.service.id)).toHaveLength(instances);
});

test('the server is killed in each step of a deletion: nothing of the service is left, not even its network', async () => {
  const { api, service, platform } = drill;
  const ask = () => api.call('DELETE', `/v1/services/${service.id}`);
  for (const step of ['stop', 'clean', 'forget']) {
    await killWhenBegun(drill, step, step === 'stop' ? ask : () => platform.start());
  }
  await expectLastRunSucceeds(drill);
  await expectOneTruth(drill, undefined);
  expect((await api.call('GET', `/v1/services/${service.id}`)).status).toBe(404);
  expect(await platform.agent.listRoutes()).toEqual([]);
  const { id } = await platform.agent.info();
  const own = (kind: 'network' | 'volume') =>
    docker.docker(kind, 'ls', '-q', '--filter', `label=davit.installation=${id}`);
  expect([await own('network'), await own('volume')]).toEqual(['', '']);
});
