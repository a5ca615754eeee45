import { describe, expect, test } from 'vitest';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { innermostOf } from '../support/process-tree.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// kill -9 of the agent, of what it runs, and of the agent with the server. While there is no agent there is no proxy, so
// that visits fail for a moment: what is shown is that all comes back, and nothing twice.

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Never 0, which would mean the test's own process group. */
function pidOf(instance: { pid: number | null } | undefined): number {
  if (instance?.pid == null) throw new Error('the instance has no process');
  return instance.pid;
}

async function killAgent(drill: FaultDrill): Promise<void> {
  const pid = await drill.agentPid();
  process.kill(pid, 'SIGKILL');
  await waitUntil('the agent is dead', () => isGone(pid));
  // It comes again by what davit does.
  await drill.faultEnds();
}

async function pidsOf(drill: FaultDrill): Promise<(number | null)[]> {
  return (await drill.platform.agent.listInstances()).map(({ pid }) => pid);
}

/** Waits until another agent answers and every instance is whole: one whose specification is missing could not restart. */
async function waitForReturn(drill: FaultDrill, agentBefore: number): Promise<void> {
  await waitUntil('another agent answers', async () => {
    const pid = await drill.agentPid().catch(() => agentBefore);
    return pid !== agentBefore;
  });
  await waitUntil('all instances are running', async () =>
    (await drill.platform.agent.listInstances()).every(({ state }) => state === 'running'),
  );
}

const outputOf = (drill: FaultDrill, runId: string) => drill.api.outputOf(runId);

describe.concurrent('the agent is killed', () => {
  test('while it serves: another takes over the instances as they are, on the same port', async () => {
    await using drill = await startFaultDrill({ settings: { replicas: 2 } });
    const before = await pidsOf(drill);
    const agent = await drill.agentPid();
    await killAgent(drill);
    await waitForReturn(drill, agent);
    expect(new Set(await pidsOf(drill))).toEqual(new Set(before));
    await expectOneTruth(drill, 'v1');
  });

  test.for(['build', 'release'] as const)('while a %s runs: it goes on, and is told as it went', async (step) => {
    await using drill = await startFaultDrill();
    const deployment = await drill.deploy('v2', [step]);
    await waitUntil(`${step} has begun`, async () =>
      (await outputOf(drill, deployment.runId)).includes(`${step} begins`),
    );
    const agent = await drill.agentPid();
    await killAgent(drill);
    await waitForReturn(drill, agent);
    await drill.letGo(deployment, step);
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    const lines = await outputOf(drill, deployment.runId);
    expect(lines.filter((line) => line === `${step} begins` || line === `${step} ends`)).toEqual([
      `${step} begins`,
      `${step} ends`,
    ]);
    await expectOneTruth(drill, 'v2');
  });

  test('while a build runs that fails before there is an agent again: it has failed', async () => {
    await using drill = await startFaultDrill();
    const deployment = await drill.deploy('v2', ['build']);
    await waitUntil('the build has begun', async () =>
      (await outputOf(drill, deployment.runId)).includes('build begins'),
    );
    const agent = await drill.agentPid();
    process.kill(agent, 'SIGKILL');
    await drill.letGo(deployment, 'build', 'fail');
    await waitForReturn(drill, agent);
    const { status, reason } = await drill.api.settled(deployment.id);
    expect(status).toBe('failed');
    expect(reason).toMatch(/failed: .*1/);
    await expectOneTruth(drill, 'v1');
  });

  test.for(['start', 'healthy', 'switch', 'drain', 'stop'])(
    'in step %s of a deployment: it ends, one way or the other, and what it says is so',
    async (step) => {
      await using drill = await startFaultDrill({ settings: { replicas: 2, drainSeconds: 2 } });
      const agent = await drill.agentPid();
      const killed = drill.steps.next(drill.service.id, step, () => process.kill(agent, 'SIGKILL'));
      const deployment = await drill.deploy('v2');
      await killed;
      await drill.faultEnds();
      const { status, reason } = await drill.api.settled(deployment.id);
      expect(['active', 'failed']).toContain(status);
      expect(reason).toMatch(/\S.*\./);
      expect(reason).not.toMatch(/Something went wrong/);
      await expectOneTruth(drill, status === 'active' ? 'v2' : 'v1');
    },
  );

  test('together with the server: both come back, and with them a build that went on alone', async () => {
    await using drill = await startFaultDrill();
    // Held after the build too: until all is as it was, nothing of the new release may start.
    const deployment = await drill.deploy('v2', ['build', 'release']);
    await waitUntil('the build has begun', async () =>
      (await outputOf(drill, deployment.runId)).includes('build begins'),
    );
    const before = await pidsOf(drill);
    await drill.platform.kill();
    await killAgent(drill);
    await drill.letGo(deployment, 'build');
    await drill.platform.start();
    await waitUntil(
      'what served serves again',
      async () => (await visit(drill.service.url).catch(() => undefined))?.body === 'v1',
    );
    expect(await pidsOf(drill)).toEqual(before);
    await drill.letGo(deployment, 'release');
    expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
    await expectOneTruth(drill, 'v2');
  });
});

describe.concurrent('an instance is killed', () => {
  test.for([
    { what: 'the application', find: innermostOf },
    { what: 'what keeps the application apart', find: (pid: number) => pid },
  ])('($what) while another of its service serves: it is started again', async ({ find }) => {
    await using drill = await startFaultDrill({ settings: { replicas: 2 } });
    const [first] = await drill.platform.agent.listInstances();
    process.kill(await find(pidOf(first)), 'SIGKILL');
    await waitUntil('it was started again', async () => {
      const now = await drill.platform.agent.listInstances();
      return now.some(({ id, restarts, state }) => id === first?.id && restarts > 0 && state === 'running');
    });
    await expectOneTruth(drill, 'v1');
    // A request that it was just answering is cut off; one that had not begun goes to the other.
    expect(drill.visits.failures.length).toBeLessThanOrEqual(2);
  });

  test('while there is no server: the agent starts it again by itself', async () => {
    await using drill = await startFaultDrill();
    await drill.platform.kill();
    const [first] = await drill.platform.agent.listInstances();
    process.kill(await innermostOf(pidOf(first)), 'SIGKILL');
    await waitUntil('it was started again', async () => {
      const [now] = await drill.platform.agent.listInstances();
      return now !== undefined && now.restarts > 0 && now.state === 'running';
    });
    await waitUntil('it answers', async () => (await visit(drill.service.url).catch(() => undefined))?.body === 'v1');
    await drill.platform.start();
    await expectOneTruth(drill, 'v1');
  });

  test('while it becomes healthy, as a new release: the deployment fails with how it ended', async () => {
    await using drill = await startFaultDrill();
    const waiting = drill.steps.next(drill.service.id, 'healthy');
    const deployment = await drill.deploy('v2', ['healthy']);
    await waiting;
    // Once it listens, the innermost process is the application, and not yet what keeps it apart.
    const fresh = await waitUntil('the new instance listens', async () => {
      const instances = await drill.platform.agent.listInstances();
      const found = instances.find(({ labels }) => labels['deployment'] === deployment.id);
      const sockets = found === undefined ? [] : await drill.platform.agent.listeningSockets(found.id);
      return sockets.length > 0 && found;
    });
    process.kill(await innermostOf(pidOf(fresh)), 'SIGKILL');
    await drill.faultEnds();
    const { status, reason } = await drill.api.settled(deployment.id);
    expect(status).toBe('failed');
    expect(reason).toMatch(/ended before the service answered: .*SIGKILL/);
    await expectOneTruth(drill, 'v1');
    expectNoVisitLost(drill);
  });
});
