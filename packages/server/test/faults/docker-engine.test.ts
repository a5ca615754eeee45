import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
import { containerPlace } from '../support/drill-place.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectOneTruth } from '../support/one-truth.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// The Docker engine goes away and comes back, or somebody takes a container out of it. Without an engine there are no containers, so that
// visits fail for a moment: what is shown is that all comes back, once, and that a build goes on with another try.

let engine: DockerEngine;
let drill: FaultDrill;
/** What serves. */
let serving = 'v1';

beforeAll(async () => {
  engine = await startDockerEngine();
  drill = await startFaultDrill({ place: containerPlace(engine) });
});
afterAll(async () => {
  await drill?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
});

async function containersOf(label: string): Promise<string[]> {
  const text = await engine.docker('ps', '-aq', '--no-trunc', '--filter', `label=${label}`);
  return text
    .split('\n')
    .filter((id) => id !== '')
    .sort();
}

async function expectBack(): Promise<void> {
  await waitUntil('the service answers', async () => {
    const seen = await visit(drill.service.url).catch(() => undefined);
    return seen?.status === 200 && seen.body === serving;
  });
  await expectOneTruth(drill, serving);
}

/** Whatever became of a deployment, it says so, and what serves is either the new version or the one before. */
async function expectDecided({ id }: DeploymentView, version: string): Promise<void> {
  const { status, reason, errorCode } = await drill.api.settled(id);
  if (status === 'active') serving = version;
  else
    expect({ status, reason, errorCode }).toMatchObject({ status: 'failed', reason: expect.stringMatching(/\S.*\./) });
  await expectBack();
}

test('a container that somebody has removed is there again, once', async () => {
  const before = await containersOf(`davit.service=${drill.service.id}`);
  expect(before).toHaveLength(1);
  await engine.docker('rm', '-f', ...before);
  await expectBack();
  expect(await containersOf(`davit.service=${drill.service.id}`)).not.toEqual(before);
});

/** How often the log of the service says that somebody has stopped its container. */
async function handStops(): Promise<number> {
  const path = `/v1/services/${drill.service.id}/logs?stream=system`;
  const { lines } = await drill.api.done<{ lines: { content: string }[] }>('GET', path);
  return lines.filter(({ content }) => content.startsWith('Its container was stopped by hand')).length;
}

test.each(['kill', 'stop'])('a container that somebody ends with docker %s runs again, once', async (how) => {
  const before = await containersOf(`davit.service=${drill.service.id}`);
  const startedAt = () => engine.docker('inspect', '--format', '{{.State.StartedAt}}', ...before);
  const [first, said] = [await startedAt(), await handStops()];
  await engine.docker(how, ...before);
  await waitUntil('it was started again', async () => (await startedAt()) !== first);
  await expectBack();
  expect(await containersOf(`davit.service=${drill.service.id}`)).toEqual(before);
  await waitUntil('the log says so', async () => (await handStops()) > said);
  expect(await handStops()).toBe(said + 1);
});

/** Resolves once the reconciler has looked after every service: it ends what belongs to none first, and each time anew. */
async function reconciled(): Promise<void> {
  const { id } = await drill.platform.agent.info();
  for (const stray of ['stray-1', 'stray-2']) {
    const labels = [`davit.installation=${id}`, `davit.instance=${stray}`, 'davit.service=svc_gone'];
    const name = `davit-${id.slice(0, 8)}-${stray}`;
    const options = ['--name', name, ...labels.flatMap((label) => ['--label', label])];
    await engine.docker('run', '-d', '--init', ...options, 'debian:12', 'sleep', '1000');
    await waitUntil(`${stray} is gone`, async () => (await containersOf(`davit.instance=${stray}`)).length === 0);
  }
}

test('a service that was stopped stays stopped', async () => {
  const { api, service } = drill;
  await api.done('POST', `/v1/services/${service.id}/stop`);
  await expectOneTruth(drill, undefined);
  await reconciled();
  expect(await containersOf(`davit.service=${service.id}`)).toEqual([]);
  await api.done('POST', `/v1/services/${service.id}/restart`);
  await expectBack();
});

describe('the engine is restarted', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s while a service runs: it answers again, in the same container',
    async (signal) => {
      const before = await containersOf(`davit.service=${drill.service.id}`);
      const said = await handStops();
      await engine.restart(signal);
      await expectBack();
      expect(await containersOf(`davit.service=${drill.service.id}`)).toEqual(before);
      expect(await handStops()).toBe(said);
    },
  );

  test('while an image is built: the build is begun again, and the deployment succeeds', async () => {
    const deployment = await drill.deploy('built', ['build']);
    await expect.poll(() => drill.api.outputOf(deployment.runId)).toContain('build begins');
    await engine.restart('SIGKILL');
    await drill.faultEnds();
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    const output = await drill.api.outputOf(deployment.runId);
    expect(output.find((line) => line.includes('Trying again'))).toContain('What builds images');
    serving = 'built';
    await expectBack();
  });

  test('while a container starts: the deployment is decided, and says how', async () => {
    const deployment = await drill.deploy('started', ['healthy']);
    await waitUntil(
      'the new container is there',
      async () => (await containersOf(`davit.deployment=${deployment.id}`)).length === 1,
    );
    await engine.restart('SIGKILL');
    await drill.faultEnds();
    // Where it runs again it may become healthy, in another container too; where the deployment has failed there is nothing to touch.
    const letting = setInterval(() => void drill.letGo(deployment, 'healthy').catch(() => {}), 500);
    await drill.api.settled(deployment.id).finally(() => clearInterval(letting));
    await expectDecided(deployment, 'started');
  });
});
