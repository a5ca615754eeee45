import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { holdService } from '../support/database-hold.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// A server that is stopped past its lease (a laptop's lid, a suspended virtual machine) while another takes its work
// over, and that then wakes up in the middle of what it did: it changes nothing any more.

/** Freezes the server and starts a second one on the same data; the result wakes the first, and ends it in the end. */
async function replaceFrozen(drill: FaultDrill) {
  const first = drill.platform.server;
  const thaw = drill.freeze(first.pid);
  await drill.platform.start();
  async function end(): Promise<void> {
    thaw();
    const gone = first.exitCode === null && first.signalCode === null ? once(first, 'exit') : undefined;
    first.kill('SIGTERM');
    await gone;
  }
  return { pid: first.pid, thaw, end, [Symbol.asyncDispose]: end };
}

/** Waits until the woken server has seen that its run is another's. */
async function waitUntilGivenUp({ platform }: FaultDrill, pid: number | undefined, runId: string): Promise<void> {
  await waitUntil('the woken server gives up its run', async () =>
    (await platform.log())
      .split('\n')
      .some((line) => line.includes(`"pid":${pid}`) && line.includes(runId) && line.includes('left to another worker')),
  );
}

/** All that is recorded of a run. */
async function recordOf({ database, api }: FaultDrill, { runId }: DeploymentView) {
  const run = await database.pool.query('select * from runs where id = $1', [runId]);
  const steps = await database.pool.query('select * from run_steps where run_id = $1 order by position', [runId]);
  return { run: run.rows, steps: steps.rows, output: await api.outputOf(runId) };
}

/** After a takeover and another deployment: the first server wakes up, and nothing that is recorded or runs changes. */
async function expectWokenInVain(
  drill: FaultDrill,
  frozen: { pid: number | undefined; thaw(): void; end(): Promise<void> },
  deployment: DeploymentView,
): Promise<void> {
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  const next = await drill.deploy('v3');
  expect(await drill.api.settled(next.id)).toMatchObject({ status: 'active' });
  const before = await recordOf(drill, deployment);
  frozen.thaw();
  await waitUntilGivenUp(drill, frozen.pid, deployment.runId);
  expect(await recordOf(drill, deployment)).toEqual(before);
  expectNoVisitLost(drill);
  await frozen.end();
  await expectOneTruth(drill, 'v3');
  expectNoVisitLost(drill);
}

describe.concurrent('a server that was frozen past its lease wakes up', () => {
  test.for(['build', 'release', 'healthy'] as const)('in the middle of %s: in vain', async (step) => {
    await using drill = await startFaultDrill();
    const begun = drill.steps.next(drill.service.id, step);
    const deployment = await drill.deploy('v2', [step]);
    await begun;
    await using frozen = await replaceFrozen(drill);
    await drill.letGo(deployment, step);
    await expectWokenInVain(drill, frozen, deployment);
  });

  test('between the switch in the database and the one in the proxy: requests stay where they were led since', async () => {
    await using drill = await startFaultDrill();
    const begun = drill.steps.next(drill.service.id, 'healthy');
    const switching = drill.steps.next(drill.service.id, 'switch');
    const deployment = await drill.deploy('v2', ['healthy']);
    await begun;
    await waitUntil('both releases run', async () => (await drill.platform.agent.listInstances()).length === 2);
    await using row = await holdService(drill.database.connectionString, drill.service.id);
    await drill.letGo(deployment, 'healthy');
    await switching;
    await row.isWaitedFor();
    // The agent gets the question which instances there are, and answers it to a server that stands still.
    const thawAgent = drill.freeze(await drill.agentPid());
    await row.release();
    await waitUntil('the database has switched', async () => {
      const { rowCount } = await drill.database.pool.query(
        `select from releases where deployment_id = $1 and state = 'active'`,
        [deployment.id],
      );
      return rowCount === 1;
    });
    // Its question for the instances follows at once; that it is on its way cannot be seen from outside.
    await sleep(300);
    drill.freeze(drill.platform.server.pid);
    thawAgent();
    await using frozen = await replaceFrozen(drill);
    await expectWokenInVain(drill, frozen, deployment);
  });
});
