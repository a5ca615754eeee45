import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { holdReleases } from '../support/database-hold.ts';
import type { HeldStep } from '../support/drill-app.ts';
import { drillApp } from '../support/drill-app.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { startGitServer } from '../support/git-server.ts';
import { holdRowIn } from '../support/held-row.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of the server in every step of a deployment. Each step is made long by means that users have too: a command
// that waits, an application that is not well yet, an open request, a slow neighbour in the database, a slow Git host.

async function isActive({ database }: FaultDrill, { id }: DeploymentView): Promise<boolean> {
  const { rowCount } = await database.pool.query(`select from releases where deployment_id = $1 and state = 'active'`, [
    id,
  ]);
  return rowCount === 1;
}

async function expectOnce(drill: FaultDrill, { runId }: DeploymentView, line: string): Promise<void> {
  expect((await drill.api.outputOf(runId)).filter((each) => each === line)).toEqual([line]);
}

/** Brings a deployment into a step that waits for a flag, kills the server there, and lets the step go on. */
async function killWhileHeld(drill: FaultDrill, step: HeldStep): Promise<DeploymentView> {
  const reached = drill.steps.next(drill.service.id, step);
  const deployment = await drill.deploy('v2', [step]);
  await reached;
  if (step !== 'healthy')
    await waitUntil(`${step} has begun`, async () =>
      (await drill.api.outputOf(deployment.runId)).includes(`${step} begins`),
    );
  await drill.platform.kill();
  return deployment;
}

/** After a kill that a deployment survives: it goes on where it was, and serves. */
async function expectResumed(drill: FaultDrill, deployment: DeploymentView): Promise<void> {
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
}

describe.concurrent('a deployment whose server is killed', () => {
  test('while it fetches: it fetches again', async () => {
    let silent = false;
    let asked = () => {};
    await using git = await startGitServer({
      intercept: () => {
        if (silent) asked();
        return silent;
      },
    }).then((started) => Object.assign(started, { [Symbol.asyncDispose]: () => started.stop() }));
    await git.createRepository('app', drillApp('v1') as Record<string, string>);
    await using drill = await startFaultDrill({ source: { type: 'git', url: git.urlOf('app') } });
    await git.commit('app', drillApp('v2') as Record<string, string>);
    silent = true;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    const deployment = await drill.api.deploy(drill.service.id);
    await waiting;
    await drill.platform.kill();
    silent = false;
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('while it plans: it plans again', async () => {
    await using drill = await startFaultDrill();
    await using releases = await holdReleases(drill.database.connectionString);
    const reached = drill.steps.next(drill.service.id, 'plan');
    const deployment = await drill.deploy('v2');
    await reached;
    await releases.isWaitedFor();
    await drill.platform.kill();
    await releases.release();
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test.for(['build', 'release'] as const)(
    'while its %s runs: the command goes on, and is not started a second time',
    async (step) => {
      await using drill = await startFaultDrill();
      const deployment = await killWhileHeld(drill, step);
      await drill.platform.start();
      await drill.letGo(deployment, step);
      await expectResumed(drill, deployment);
      await expectOnce(drill, deployment, `${step} begins`);
      await expectOnce(drill, deployment, `${step} ends`);
    },
  );

  test('while its build runs, with the lease that servers have when nobody says another: it is taken over as well', async () => {
    await using drill = await startFaultDrill({ environment: { RUN_LEASE: '' } });
    const deployment = await killWhileHeld(drill, 'build');
    await drill.letGo(deployment, 'build');
    await drill.platform.start();
    await expectResumed(drill, deployment);
    await expectOnce(drill, deployment, 'build begins');
    await expectOnce(drill, deployment, 'build ends');
  });

  test.for(['build', 'release'] as const)(
    'while its %s runs, which fails before the server is back: it has failed, and says why',
    async (step) => {
      await using drill = await startFaultDrill();
      const deployment = await killWhileHeld(drill, step);
      await drill.letGo(deployment, step, 'fail');
      await drill.platform.start();
      const { status, reason } = await drill.api.settled(deployment.id);
      expect(status).toBe('failed');
      expect(reason).toMatch(/failed: .*1/);
      await expectOnce(drill, deployment, `${step} ends`);
      await expectOneTruth(drill, 'v1');
      expectNoVisitLost(drill);
    },
  );

  test('before it starts an instance: it starts them', async () => {
    await using drill = await startFaultDrill();
    const { deployment, row } = await holdRowIn(drill, 'start');
    await drill.platform.kill();
    await row.release();
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('when it has started some of its instances: it starts the others', async () => {
    await using drill = await startFaultDrill({ settings: { replicas: 4 } });
    const deployment = await drill.deploy('v2', ['healthy']);
    await waitUntil('one of the instances is there', async () =>
      (await drill.platform.agent.listInstances()).some(({ labels }) => labels.deployment === deployment.id),
    );
    await drill.platform.kill();
    await drill.platform.start();
    await drill.letGo(deployment, 'healthy');
    await expectResumed(drill, deployment);
  });

  test('while its instances are not well yet: it waits on', async () => {
    await using drill = await startFaultDrill();
    const deployment = await killWhileHeld(drill, 'healthy');
    await drill.platform.start();
    await drill.letGo(deployment, 'healthy');
    await expectResumed(drill, deployment);
  });

  test('while its instances are not well, and never will be: it has failed, and the old one serves', async () => {
    await using drill = await startFaultDrill({ settings: { healthCheck: { path: '/health', timeoutSeconds: 3 } } });
    const deployment = await killWhileHeld(drill, 'healthy');
    await drill.platform.start();
    const { status, reason } = await drill.api.settled(deployment.id);
    expect(status).toBe('failed');
    expect(reason).toMatch(/health check did not succeed within 3 s: .*503/);
    await expectOneTruth(drill, 'v1');
    expectNoVisitLost(drill);
  });

  test('before it switches: it switches', async () => {
    await using drill = await startFaultDrill();
    const { deployment, row } = await holdRowIn(drill, 'switch');
    await drill.platform.kill();
    expect(await isActive(drill, deployment)).toBe(false);
    await row.release();
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('between the switch in the database and the one in the proxy: requests are led over when it goes on', async () => {
    await using drill = await startFaultDrill();
    const { deployment, row } = await holdRowIn(drill, 'switch');
    const thaw = drill.freeze(await drill.agentPid());
    await row.release();
    await waitUntil('the database has switched', () => isActive(drill, deployment));
    await drill.platform.kill();
    thaw();
    expect((await visit(drill.service.url)).body).toBe('v1');
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('while the old release drains: open requests go on until their time is over', async () => {
    await using drill = await startFaultDrill({ settings: { drainSeconds: 5 } });
    const held = visit(drill.service.url, '/hold');
    // It is cut off in the end, when its time is over.
    held.catch(() => {});
    await waitUntil('the request is open', async () =>
      (await drill.platform.agent.listRoutes()).some(({ active }) => Object.values(active).some((open) => open > 0)),
    );
    const draining = drill.steps.next(drill.service.id, 'drain');
    const deployment = await drill.deploy('v2');
    await draining;
    await drill.platform.kill();
    expect(await Promise.race([held.then(String, String), Promise.resolve('still open')])).toBe('still open');
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('while an old instance takes its time to stop: it is gone in the end', async () => {
    await using drill = await startFaultDrill({ settings: { stopGraceSeconds: 10 } });
    const slow = await drill.deploy('v1b', [], { 'slow-stop': '' });
    await drill.api.settled(slow.id);
    const stopping = drill.steps.next(drill.service.id, 'stop');
    const deployment = await drill.deploy('v2');
    await stopping;
    await waitUntil('an instance is stopping', async () =>
      (await drill.platform.agent.listInstances()).some(({ state }) => state === 'stopping'),
    );
    await drill.platform.kill();
    await drill.platform.start();
    await expectResumed(drill, deployment);
  });

  test('while it tidies up: what is not kept any more is removed', async () => {
    await using drill = await startFaultDrill({ settings: { drainSeconds: 2 } });
    for (let number = 0; number < 6; number++) await drill.api.settled((await drill.deploy('v1')).id);
    const held = visit(drill.service.url, '/hold').catch(() => {});
    const draining = drill.steps.next(drill.service.id, 'drain');
    const tidying = drill.steps.next(drill.service.id, 'tidy');
    const deployment = await drill.deploy('v2');
    await draining;
    await using releases = await holdReleases(drill.database.connectionString);
    await Promise.all([tidying, held]);
    await releases.isWaitedFor();
    await drill.platform.kill();
    await releases.release();
    await drill.platform.start();
    await expectResumed(drill, deployment);
    expect(await readdir(dirname(drill.folderOf(deployment)))).toHaveLength(6);
  });
});
